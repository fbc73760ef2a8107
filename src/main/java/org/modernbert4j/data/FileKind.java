package org.modernbert4j.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A kind of file that is no plain text, known by its first bytes, whatever its name says.
 *
 * @param name what a message calls it
 * @param remedy how to make plain text of it
 */
record FileKind(String name, String remedy) {
    /** First bytes that tell the kind of a file. */
    static final int LOOKED_AT = 512;

    static final FileKind GZIP = new FileKind("a gzip file", "unpack it with gunzip");
    static final FileKind ZIP = new FileKind("a zip file", "unpack it");
    static final FileKind EXCEL =
            new FileKind("an Excel workbook", "open it and save the sheet as \"CSV UTF-8 (comma delimited)\"");
    static final FileKind PARQUET = new FileKind(
            "a Parquet file",
            "read it in a build with mvn -Pparquet, unpacked, or convert it, for example with pandas:"
                    + " read_parquet(...).to_json(..., orient=\"records\", lines=True)");
    private static final FileKind ARROW = new FileKind(
            "an Arrow file", "convert it, for example with pandas: read_feather(...).to_csv(..., index=False)");
    private static final FileKind UTF_16 =
            new FileKind("text in UTF-16", "re-encode it, for example with iconv -f utf-16 -t utf-8");
    private static final FileKind UTF_16_LE =
            new FileKind("text in UTF-16", "re-encode it, for example with iconv -f utf-16le -t utf-8");
    private static final FileKind UTF_16_BE =
            new FileKind("text in UTF-16", "re-encode it, for example with iconv -f utf-16be -t utf-8");
    private static final FileKind HTML = new FileKind(
            "an HTML page", "download the file itself: a link to it may lead to a page or ask for a login");
    private static final FileKind XML = new FileKind("an XML file", "save the table as CSV (UTF-8)");
    private static final FileKind JSON = new FileKind(
            "a JSON list",
            "write each row as one line, for example with pandas:"
                    + " read_json(...).to_json(..., orient=\"records\", lines=True)");

    private static final List<Signature> SIGNATURES = List.of(
            new Signature("1f8b", GZIP),
            new Signature("504b0304", ZIP),
            new Signature("504b0506", ZIP),
            new Signature("d0cf11e0a1b11ae1", EXCEL),
            new Signature("4152524f57310000", ARROW),
            new Signature("425a6839314159", new FileKind("a bzip2 file", "unpack it with bunzip2")),
            new Signature("fd377a585a00", new FileKind("an xz file", "unpack it with unxz")),
            new Signature("28b52ffd", new FileKind("a Zstandard file", "unpack it with unzstd")),
            new Signature("377abcaf271c", new FileKind("a 7z archive", "unpack it")),
            new Signature("526172211a07", new FileKind("a RAR archive", "unpack it")),
            new Signature("255044462d", new FileKind("a PDF", "copy its texts into a CSV file")),
            new Signature("53514c69746520666f726d6174", new FileKind("an SQLite database", "export the table as CSV")),
            new Signature("934e554d5059", new FileKind("a NumPy array", "give the file of the texts")),
            new Signature("8002", new FileKind("a Python pickle", "save the table as CSV (UTF-8)")),
            new Signature("8004", new FileKind("a Python pickle", "save the table as CSV (UTF-8)")),
            new Signature("8005", new FileKind("a Python pickle", "save the table as CSV (UTF-8)")),
            new Signature("fffe", UTF_16),
            new Signature("feff", UTF_16));

    private static final Pattern HEADER_START = Pattern.compile("[^\\p{Cntrl}\uFFFD]*[,;\t\r\n]");
    private static final Pattern HTML_START = Pattern.compile("<(!doctype html|html|head|body)\\b.*", Pattern.DOTALL);
    private static final Pattern JSON_LIST = Pattern.compile("\\[\\s*[\\[{]");
    private static final Pattern JSON_OBJECT = Pattern.compile("\\{\\s*\"[^\"]*\"\\s*:");

    /** The bytes that a kind begins with, in hexadecimal. */
    private record Signature(String bytes, FileKind kind) {
        boolean begins(byte[] start) {
            byte[] expected = HexFormat.of().parseHex(bytes);
            return start.length >= expected.length
                    && Arrays.equals(start, 0, expected.length, expected, 0, expected.length);
        }
    }

    /** The kind of a file that is no text in UTF-8 or another encoding of single bytes. */
    static Optional<FileKind> ofBinary(byte[] start) {
        return SIGNATURES.stream()
                .filter(signature -> signature.begins(start))
                .map(Signature::kind)
                .findFirst()
                .or(() -> isParquet(start) ? Optional.of(PARQUET) : unmarkedUtf16(start));
    }

    /** The four letters that Parquet begins with may also begin a header; that has printable columns. */
    static boolean isParquet(byte[] start) {
        String text = new String(start, StandardCharsets.UTF_8);
        return text.startsWith("PAR1") && !HEADER_START.matcher(text).lookingAt();
    }

    /** The kind of a file that is no table. */
    static Optional<FileKind> ofNoTable(byte[] start) {
        return ofBinary(start).or(() -> otherText(start));
    }

    /** UTF-16 without a mark: what it has of ASCII has a zero in every second byte, and nothing else has. */
    private static Optional<FileKind> unmarkedUtf16(byte[] start) {
        int[] zeros = new int[2];
        for (int i = 0; i < start.length; i++) {
            if (start[i] == 0) {
                zeros[i % 2]++;
            }
        }
        int fewest = start.length / 32 + 1;
        if (zeros[1] >= fewest && zeros[0] == 0) {
            return Optional.of(UTF_16_LE);
        }
        return zeros[0] >= fewest && zeros[1] == 0 ? Optional.of(UTF_16_BE) : Optional.empty();
    }

    /** Whether a text begins with a JSON object. */
    static boolean isJsonObject(byte[] start) {
        return JSON_OBJECT.matcher(text(start)).lookingAt();
    }

    private static String text(byte[] start) {
        return new String(start, StandardCharsets.UTF_8).replace("\uFEFF", "").stripLeading();
    }

    private static Optional<FileKind> otherText(byte[] start) {
        String text = text(start);
        if (HTML_START.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
            return Optional.of(HTML);
        }
        if (text.startsWith("<?xml")) {
            return Optional.of(XML);
        }
        return JSON_LIST.matcher(text).lookingAt() ? Optional.of(JSON) : Optional.empty();
    }
}
