package org.modernbert4j.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.io.input.BoundedInputStream;
import org.modernbert4j.InputException;

/** The bytes of a CSV file, unpacked where its name says that it is packed. */
final class CsvSource {
    /** Names of files that an error lists at most. */
    private static final int SHOWN = 5;

    /** Plain text packs 3 to 20 times smaller, deflate at most 1032 times. */
    private static final long MOST_EXPANSION = 200;

    private static final long ALWAYS_ALLOWED_BYTES = 1 << 20;

    private CsvSource() {}

    static InputStream open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            String found = Files.isDirectory(file) ? "is a folder" : "does not exist";
            throw new InputException(file + ": " + found + ", expected a .csv, .csv.gz or .zip file; check the path");
        }
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return Files.newInputStream(file);
        }
        if (name.endsWith(".gz")) {
            return gunzip(file);
        }
        if (name.endsWith(".zip")) {
            return unzip(file);
        }
        throw new InputException(
                file + ": its type cannot be read, expected .csv, .csv.gz or .zip; save the table as CSV (UTF-8)");
    }

    private static InputStream gunzip(Path file) throws IOException {
        InputStream packed = Files.newInputStream(file);
        try {
            return limited(new GZIPInputStream(packed), file);
        } catch (IOException notGzip) {
            packed.close();
            throw notGzip;
        }
    }

    private static InputStream unzip(Path file) throws IOException {
        ZipFile zip = new ZipFile(file.toFile());
        try {
            ZipEntry entry = onlyTable(zip, file);
            InputStream unpacked = new FilterInputStream(zip.getInputStream(entry)) {
                @Override
                public void close() throws IOException {
                    zip.close();
                }
            };
            return limited(unpacked, file);
        } catch (IOException | InputException unusable) {
            zip.close();
            throw unusable;
        }
    }

    /** Stops a compressed file that unpacks to far more than any text does. */
    private static InputStream limited(InputStream unpacked, Path file) throws IOException {
        return BoundedInputStream.builder()
                .setInputStream(unpacked)
                .setMaxCount(ALWAYS_ALLOWED_BYTES + MOST_EXPANSION * Files.size(file) + 1)
                .setOnMaxCount((most, count) -> {
                    throw new InputException(file + ": unpacks to more than " + MOST_EXPANSION
                            + " times its size, expected ordinary text; unpack it yourself and give the .csv");
                })
                .get();
    }

    private static ZipEntry onlyTable(ZipFile zip, Path file) {
        List<? extends ZipEntry> tables =
                zip.stream().filter(CsvSource::isTable).toList();
        if (tables.size() != 1) {
            List<String> names =
                    tables.stream().map(ZipEntry::getName).limit(SHOWN).toList();
            throw new InputException(file + ": found " + tables.size() + " .csv files " + names
                    + ", expected exactly one; pack the one you mean alone");
        }
        return tables.get(0);
    }

    private static boolean isTable(ZipEntry entry) {
        String name = entry.getName();
        return !entry.isDirectory()
                && !name.startsWith("__MACOSX/")
                && name.toLowerCase(Locale.ROOT).endsWith(".csv");
    }
}
