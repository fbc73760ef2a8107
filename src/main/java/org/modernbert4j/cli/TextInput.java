package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.modernbert4j.SettingException;
import org.modernbert4j.data.ColumnGuess;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.data.RowStream;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The texts that a command works on: those of its arguments, of a file, or of standard input. */
final class TextInput {
    /** Names of tables; of other files each line is a text. */
    private static final Pattern TABLE =
            Pattern.compile("(?i).*\\.((csv|tsv|jsonl|ndjson|parquet)(\\.gz|\\.zip)?|zip)");

    private static final String STANDARD_INPUT = "standard input";

    @Option(
            names = {"--file", "--data"},
            paramLabel = "FILE|URL",
            description =
                    "Texts: a table (CSV, TSV, JSON lines, Parquet; also gzipped or zipped), or one text a line; or the web"
                            + " address of one.")
    private DataLocation file;

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description =
                    "Column of the texts, in a file or standard input that is a table (of a file named as a table:"
                            + " text, or the only one that fits).")
    private String column;

    @Mixin
    private CsvOptions csv = new CsvOptions();

    @Option(
            names = "--keep-na",
            description = "Of a table, words such as NA and None are texts; only an empty field is missing.")
    private boolean keepNa;

    @Parameters(paramLabel = "TEXT", description = "Texts.")
    private List<String> arguments = List.of();

    /** The files that are read. */
    List<Path> files() {
        return file == null ? List.of() : List.of(file.path());
    }

    /**
     * Opens them; a file is read through once, so that what is wrong with it is known.
     *
     * @throws org.modernbert4j.InputException if there is none, or they cannot be read
     */
    RowStream<Text> open() {
        if (!arguments.isEmpty()) {
            if (file != null || column != null) {
                throw new SettingException(
                        "found texts among the arguments beside " + (file != null ? "--file" : "--text")
                                + "; give the one or the other, and put a text with spaces into quotes");
            }
            requireNoFormat();
            return RowStream.of(Texts.of("argument", arguments));
        }
        if (column == null && !isNamedAsTable()) {
            requireNoFormat();
            return file == null ? RowStream.ofLines(System.in, STANDARD_INPUT) : RowStream.ofLines(file.file());
        }
        if (file == null) {
            return RowStream.ofColumn(System.in, STANDARD_INPUT, csv.format(), column, keepNa);
        }
        TableFile table = new TableFile(file.file(), csv.format());
        String texts = column == null ? ColumnGuess.text(table, ProgressLine::printNote) : column;
        return RowStream.ofColumn(table, texts, keepNa);
    }

    private boolean isNamedAsTable() {
        return file != null && TABLE.matcher(file.path().toString()).matches();
    }

    private void requireNoFormat() {
        if (!csv.format().equals(CsvFormat.USUAL)) {
            throw new SettingException(
                    "found --delimiter or --quote beside texts of no table; leave these out, or name the column with --text");
        }
    }

    /**
     * Says that some rows hold no text.
     *
     * @param answer what these get
     */
    void noteMissing(int without, int rows, String answer) {
        if (without > 0) {
            boolean isTable = column != null || isNamedAsTable();
            String words = isTable && !keepNa
                    ? "; in CSV, words such as None and NA count as missing, as in pandas, unless --keep-na is given"
                    : "";
            ProgressLine.printNote(without + " of " + rows + " rows hold no text, and get " + answer + words);
        }
    }
}
