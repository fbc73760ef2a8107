package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.modernbert4j.InputException;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.optim.AdamWSettings;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.Training;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What every training command has; each kind of run has defaults of its own. */
final class TrainingOptions {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the interrupted run of this folder.")
    private Path resume;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description =
                    "Checkpoint folder in the published layout, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the run.")
    private Path output;

    @Option(names = "--epochs", description = "Passes over the texts (${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--batch-size",
            description = "Texts, or packed sequences, that an optimizer step sees (${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--accumulation",
            description = "Parts that a batch is cut into to save memory; the step stays the same (${DEFAULT-VALUE}).")
    private int accumulation = 1;

    @Option(names = "--learning-rate", description = "Step length of AdamW (${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(names = "--weight-decay", description = "Decoupled weight decay (${DEFAULT-VALUE}).")
    private double weightDecay = 0.01;

    @Option(
            names = "--no-decay",
            paramLabel = "SELECTOR",
            description = "What is not decayed, for instance norms,biases (${DEFAULT-VALUE}).")
    private String noDecay = "none";

    @Option(names = "--adam-beta1", description = "Decay rate of AdamW's mean of the gradient (${DEFAULT-VALUE}).")
    private double beta1;

    @Option(names = "--adam-beta2", description = "Decay rate of AdamW's mean of its square (${DEFAULT-VALUE}).")
    private double beta2;

    @Option(
            names = "--adam-epsilon",
            description = "What AdamW adds to the root of the mean square (${DEFAULT-VALUE}).")
    private double epsilon;

    @Option(
            names = "--lr-schedule",
            paramLabel = "SHAPE",
            description = "Course of the learning rate: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private LearningRateSchedule.Shape shape;

    @Option(names = "--warmup", description = "Share of the steps in which the learning rate rises (${DEFAULT-VALUE}).")
    private double warmup;

    @Option(
            names = "--lr-decay",
            description =
                    "Share of the steps, the last ones, in which the learning rate of wsd falls (${DEFAULT-VALUE}).")
    private double lrDecay = LearningRateSchedule.USUAL_DECAY;

    @Option(
            names = "--max-grad-norm",
            description = "Norm that all gradients together are clipped to; pretrain clips to 1 unless told otherwise.")
    private Double maxGradNorm;

    private final boolean pretraining;
    private final Training usual;

    /** @param pretraining whether the command pre-trains */
    TrainingOptions(boolean pretraining) {
        this.pretraining = pretraining;
        usual = pretraining ? Training.pretraining().change().epochs(1).build() : Training.fineTuning();
        epochs = usual.epochs();
        batchSize = usual.batchSize();
        AdamWSettings adamW = (AdamWSettings) usual.update().optimizer();
        beta1 = adamW.beta1();
        beta2 = adamW.beta2();
        epsilon = adamW.eps();
        learningRate = usual.update().rates().encoder();
        shape = usual.update().schedule().shape();
        warmup = usual.update().schedule().warmup();
        maxGradNorm = usual.update().maxGradientNorm().isPresent()
                ? usual.update().maxGradientNorm().getAsDouble()
                : null;
    }

    /** Goes on with the run that {@code --resume} names, or begins another. */
    int start(Supplier<Run<?>> run) {
        String command = spec.name();
        if (resume != null) {
            Options.requireNothingBeside(spec, "--resume");
            if (Run.settingsOf(resume).task().isPretraining() != pretraining) {
                throw new InputException(resume + ": holds a run of another kind; use "
                        + (pretraining ? "train" : "pretrain") + " --resume");
            }
            return RunConsole.run(command, spec.commandLine().getOut(), listener -> Run.resume(resume, listener));
        }
        return RunConsole.run(command, spec.commandLine().getOut(), run.get()::start);
    }

    ModelLocation model() {
        Options.require(spec, "--model", model);
        return model;
    }

    Path output() {
        Options.require(spec, "--output", output);
        return output;
    }

    /** The defaults. */
    Training usual() {
        return usual;
    }

    /**
     * The settings that these options and others make.
     *
     * @param others changes them further
     */
    Training training(Consumer<Training.Builder> others) {
        try {
            Training.Builder builder = usual.change();
            if (spec.commandLine().getParseResult().hasMatchedOption("--epochs")) {
                builder.epochs(epochs);
            }
            builder.batchSize(batchSize)
                    .accumulation(accumulation)
                    .optimizer(new AdamWSettings(beta1, beta2, epsilon))
                    .learningRate(learningRate)
                    .weightDecay(weightDecay, Selector.parse(noDecay))
                    .learningRateSchedule(new LearningRateSchedule(shape, warmup, lrDecay))
                    .maxGradientNorm(Options.optional(maxGradNorm));
            others.accept(builder);
            return builder.build();
        } catch (InputException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
