package org.modernbert4j.data;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.io.input.BoundedInputStream;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.SettingException;

/**
 * The bytes of a table, unpacked where its first bytes say that it is packed.
 *
 * @param in the bytes, not packed any more
 * @param name of the file that holds them, or of that in an archive
 */
record TableSource(InputStream in, String name) {
    /** Names of files that an error lists at most. */
    private static final int SHOWN = 5;

    /** Plain text packs 3 to 20 times smaller, deflate at most 1032 times. */
    private static final long MOST_EXPANSION = 200;

    private static final long ALWAYS_ALLOWED_BYTES = 1 << 20;

    /** What Java's message says of a zip file with a password, and of one that is packed in an unusual way. */
    private static final String ENCRYPTED = "encrypted";

    private static final String METHOD = "compression method";

    private static final Pattern TABLE_NAME = Pattern.compile("(?i).*\\.(csv|tsv|jsonl|ndjson)");
    private static final Pattern JSON_NAME = Pattern.compile("(?i).*\\.(jsonl|ndjson)");
    private static final Pattern TABS_NAME = Pattern.compile("(?i).*\\.tsv");
    private static final Pattern PACKED_NAME = Pattern.compile("(?i)\\.gz$");

    /**
     * Opens a table.
     *
     * @throws InputException if it is absent, or no table by its first bytes
     * @throws SettingException if it is of a kind that the format does not fit
     */
    static TableReader open(TableFile table) throws IOException {
        Path file = table.path();
        InputPath.file(file, "a table: CSV, JSON lines or Parquet, plain, gzipped or zipped");
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            byte[] start = start(in);
            if (FileKind.isParquet(start)) {
                Optional<ParquetProvider> parquet =
                        ServiceLoader.load(ParquetProvider.class).findFirst();
                if (parquet.isPresent()) {
                    in.close();
                    requireUsual(table.format(), file.toString(), FileKind.PARQUET.name());
                    return parquet.get().open(file);
                }
            }
            return unpack(in, FileKind.ofNoTable(start), file).reader(file.toString(), table.format());
        } catch (IOException | InputException unusable) {
            in.close();
            throw unusable;
        }
    }

    /**
     * Opens a table that a stream holds, which is not packed.
     *
     * @param name what errors call it
     * @throws InputException if it is no table by its first bytes
     */
    static TableReader open(InputStream in, String name, CsvFormat format) throws IOException {
        return table(in, name, name).reader(name, format);
    }

    /** The reader of CSV or JSON lines that fits the content. */
    private TableReader reader(String file, CsvFormat format) throws IOException {
        if (JSON_NAME.matcher(name).matches() || FileKind.isJsonObject(start(in))) {
            requireUsual(format, file, "JSON lines");
            return new JsonLines(new Utf8Lines(in, file));
        }
        return new CsvTable(
                new Utf8Lines(in, file), format, TABS_NAME.matcher(name).matches());
    }

    private static void requireUsual(CsvFormat format, String file, String kind) {
        if (!format.equals(CsvFormat.USUAL)) {
            throw new SettingException(
                    file + ": holds " + kind + ", expected CSV beside --delimiter or --quote; leave these out");
        }
    }

    private static TableSource unpack(InputStream in, Optional<FileKind> kind, Path file) throws IOException {
        if (kind.equals(Optional.of(FileKind.GZIP))) {
            String name = PACKED_NAME.matcher(file.toString()).replaceFirst("");
            return table(limited(new GZIPInputStream(in), file), file.toString(), name);
        }
        if (kind.equals(Optional.of(FileKind.ZIP))) {
            in.close();
            return unzip(file);
        }
        requireTable(kind, file.toString());
        return new TableSource(in, file.toString());
    }

    /** What a stream holds; {@code shown} is what errors call it. */
    private static TableSource table(InputStream in, String shown, String name) throws IOException {
        InputStream marked = new BufferedInputStream(in);
        requireTable(FileKind.ofNoTable(start(marked)), shown);
        return new TableSource(marked, name);
    }

    /**
     * What a stream of text holds.
     *
     * @param name what errors call it
     * @throws InputException if it is no text by its first bytes
     */
    static InputStream text(InputStream in, String name) throws IOException {
        InputStream marked = new BufferedInputStream(in);
        Optional<FileKind> kind = FileKind.ofBinary(start(marked));
        if (kind.isPresent()) {
            throw new InputException(name + ": is " + kind.get().name() + ", expected plain text in UTF-8; "
                    + kind.get().remedy());
        }
        return marked;
    }

    private static void requireTable(Optional<FileKind> kind, String name) {
        if (kind.isPresent()) {
            throw new InputException(
                    name + ": holds " + kind.get().name() + ", expected a table as CSV or JSON lines in UTF-8; "
                            + kind.get().remedy());
        }
    }

    /** The first bytes of a stream, which stay in it; of one that comes slowly, those that are there. */
    private static byte[] start(InputStream in) throws IOException {
        in.mark(FileKind.LOOKED_AT);
        byte[] start = new byte[FileKind.LOOKED_AT];
        int count = 0;
        int read;
        do {
            read = in.read(start, count, start.length - count);
            count += Math.max(0, read);
        } while (read > 0 && count < start.length && in.available() > 0);
        in.reset();
        return Arrays.copyOf(start, count);
    }

    private static TableSource unzip(Path file) throws IOException {
        ZipFile zip = zipFile(file);
        try {
            if (zip.getEntry("[Content_Types].xml") != null) {
                throw new InputException(file + ": holds " + FileKind.EXCEL.name()
                        + " or another Office document, expected a table as CSV or JSON lines in UTF-8; "
                        + FileKind.EXCEL.remedy());
            }
            ZipEntry entry = onlyTable(zip, file);
            if (entry.getMethod() != ZipEntry.STORED && entry.getMethod() != ZipEntry.DEFLATED) {
                throw otherMethod(file, null);
            }
            InputStream unpacked = new FilterInputStream(new WholeEntry(zip.getInputStream(entry), entry.getCrc())) {
                @Override
                public void close() throws IOException {
                    zip.close();
                }
            };
            return table(limited(unpacked, file), file + ": " + entry.getName(), entry.getName());
        } catch (IOException | InputException unusable) {
            zip.close();
            throw unusable;
        }
    }

    private static ZipFile zipFile(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            if (String.valueOf(e.getMessage()).contains(ENCRYPTED)) {
                throw new InputException(
                        file + ": is a zip file with a password, expected one without; unpack it yourself", e);
            }
            if (String.valueOf(e.getMessage()).contains(METHOD)) {
                throw otherMethod(file, e);
            }
            throw e;
        }
    }

    private static InputException otherMethod(Path file, Throwable cause) {
        return new InputException(
                file + ": is packed by a method that cannot be read, expected deflate; unpack it yourself", cause);
    }

    /** An entry of a zip file; a wrong checksum of its bytes is an error when the last one has been read. */
    private static final class WholeEntry extends CheckedInputStream {
        private final long expected;

        WholeEntry(InputStream in, long expected) {
            super(in, new CRC32());
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            return checked(super.read());
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return checked(super.read(into, offset, length));
        }

        private int checked(int found) throws IOException {
            if (found < 0 && getChecksum().getValue() != expected) {
                throw new ZipException("wrong checksum");
            }
            return found;
        }
    }

    /** Stops a compressed file that unpacks to far more than any text does. */
    private static InputStream limited(InputStream unpacked, Path file) throws IOException {
        return BoundedInputStream.builder()
                .setInputStream(unpacked)
                .setMaxCount(ALWAYS_ALLOWED_BYTES + MOST_EXPANSION * Files.size(file) + 1)
                .setOnMaxCount((most, count) -> {
                    throw new InputException(file + ": unpacks to more than " + MOST_EXPANSION
                            + " times its size, expected ordinary text; unpack it yourself and give the table");
                })
                .get();
    }

    private static ZipEntry onlyTable(ZipFile zip, Path file) {
        List<? extends ZipEntry> tables =
                zip.stream().filter(TableSource::isTable).toList();
        if (tables.size() != 1) {
            List<String> names = (tables.isEmpty() ? zip.stream() : tables.stream())
                    .map(ZipEntry::getName)
                    .limit(SHOWN)
                    .toList();
            String found = tables.isEmpty() ? "no .csv, .tsv or .jsonl file among " : tables.size() + " tables ";
            throw new InputException(
                    file + ": found " + found + names + ", expected exactly one; pack the one you mean alone");
        }
        return tables.get(0);
    }

    private static boolean isTable(ZipEntry entry) {
        String name = entry.getName();
        return !entry.isDirectory()
                && !name.startsWith("__MACOSX/")
                && TABLE_NAME.matcher(name).matches();
    }
}
