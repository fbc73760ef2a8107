package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.modernbert4j.data.ColumnGuess;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.run.Intervals;
import org.modernbert4j.run.Resumption;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.Training;
import org.modernbert4j.task.MaskedTokens;
import org.modernbert4j.task.TokenAccuracy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pretrain}: masked-language-model training of a checkpoint on texts. */
@Command(
        name = "pretrain",
        description =
                "Trains a ModernBERT checkpoint, with random weights made by init or a published one, to guess hidden"
                        + " tokens of texts.",
        footer = {
            "modernbert4j pretrain --model runs/small \\",
            "    --data experiments/data/news-sample.csv --steps 20 --output runs/pretrained",
            "modernbert4j pretrain --resume runs/pretrained --steps 30"
        })
final class PretrainCommand extends TrainingCommand {
    /** The defaults. */
    private static final MaskedTokens TASK = new MaskedTokens.Provider().example();

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            split = ",",
            description =
                    "Files of texts or their web addresses, comma-separated: .txt with blank lines between paragraphs"
                            + " (or one text a line), or tables: CSV, TSV, JSON lines or Parquet, also gzipped or zipped.")
    private List<DataLocation> data;

    @Option(
            names = "--length",
            paramLabel = "N",
            description = "Tokens that texts are packed to, and longer ones are cut to (${DEFAULT-VALUE}).")
    private int length = TASK.length();

    @Option(
            names = "--validation",
            paramLabel = "SHARE",
            description = "Share of the sequences that is measured on instead of learnt from (${DEFAULT-VALUE}).")
    private double validation = TASK.validation();

    @Option(
            names = "--mask-rate",
            paramLabel = "SHARE",
            description = "Share of the tokens that are to be guessed (${DEFAULT-VALUE}).")
    private double maskRate = TASK.maskRate();

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps, instead of --epochs.")
    private Integer steps;

    @Option(
            names = "--eval-every",
            paramLabel = "STEPS",
            description = "Steps from one measurement on the validation sequences to the next (${DEFAULT-VALUE}).")
    private int evalEvery = usual.intervals().evaluate().orElseThrow();

    PretrainCommand() {
        super(true, TASK.textColumn());
    }

    @Override
    Run<TokenAccuracy> run() {
        requireGiven("--model", "--data", "--output");
        Training training = training();
        Path model = model(HubFiles.ALL);
        CsvFormat format = csvFormat();
        List<TableFile> files = data.stream()
                .map(location -> new TableFile(location.file(), format))
                .toList();
        List<String> notes = new ArrayList<>();
        String column = isGiven("--text") ? text : ColumnGuess.text(files, notes::add);
        MaskedTokens task = settings(() -> new MaskedTokens(
                files.stream().map(TableFile::path).toList(), format, column, length, maskRate, validation));
        notes.forEach(ProgressLine::printNote);
        return Run.builder(model, task, output())
                .training(training)
                .precision(machine.precision())
                .backend(machine.backend())
                .build();
    }

    @Override
    Optional<List<Path>> movedData() {
        return Optional.ofNullable(data)
                .map(files -> files.stream().map(DataLocation::file).toList());
    }

    @Override
    void change(Resumption resumption) {
        if (steps != null) {
            requireAtLeast(1, "--steps", steps);
            resumption.steps(steps);
        }
    }

    @Override
    List<String> resumable() {
        return List.of("--steps");
    }

    @Override
    void change(Training.Builder training) {
        training.every(new Intervals(usual.intervals().log(), OptionalInt.of(evalEvery), saving()));
        if (steps != null) {
            training.steps(steps);
        }
    }
}
