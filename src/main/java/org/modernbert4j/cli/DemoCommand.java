package org.modernbert4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.task.SingleLabel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: fine-tunes the small checkpoint of this project on its own news sample. */
@Command(
        name = "demo",
        description = "Fine-tunes the bundled small checkpoint on the bundled sample of invented Russian news.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final Path MODEL = Path.of("weights", "modernbert-mini-ru");
    private static final Path DATA = Path.of("experiments", "data", "news-sample.csv");
    private static final int EPOCHS = 8;
    private static final int BATCH_SIZE = 16;
    private static final double LEARNING_RATE = 1e-3;
    private static final int MAX_LENGTH = 128;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description =
                    "Checkpoint folder, or owner/name[@revision] on the Hugging Face Hub; the bundled one unless given.")
    private ModelLocation model;

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            description = "CSV with columns text and topic; the bundled one unless given.")
    private DataLocation data;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder of the run; an earlier run in it is replaced (${DEFAULT-VALUE}).")
    private Path output = Path.of("runs", "demo");

    @Override
    public Integer call() {
        Path checkpoint = existing(model == null ? MODEL : model.folder(HubFiles.ALL));
        Path texts = existing(data == null ? DATA : data.file());
        if (RunFolder.holdsRun(output)) {
            AtomicFolder.remove(output);
        }
        System.err.printf(
                "the same as: train --model %s --data %s --label topic --head mean --epochs %d --batch-size %d"
                        + " --learning-rate %s --max-length %d --output %s%n",
                checkpoint, texts, EPOCHS, BATCH_SIZE, LEARNING_RATE, MAX_LENGTH, output);
        SingleLabel task = SingleLabel.of(LabelledData.of(texts, "text", "topic"))
                .withHead("mean")
                .withMaxLength(MAX_LENGTH);
        Run<ClassificationMetrics> run = Run.builder(checkpoint, task, output)
                .training(training ->
                        training.epochs(EPOCHS).batchSize(BATCH_SIZE).learningRate(LEARNING_RATE))
                .build();
        int code = RunConsole.run("train", spec.commandLine().getOut(), run::start);
        if (code == 0) {
            System.err.println("report: " + output.resolve("report.html") + "; try: predict --model " + output
                    + " \"Сборная выиграла матч\"");
        }
        return code;
    }

    private static Path existing(Path needed) {
        if (!Files.exists(needed)) {
            throw new InputException(needed + ": no such file; run demo from the project's folder");
        }
        return needed;
    }
}
