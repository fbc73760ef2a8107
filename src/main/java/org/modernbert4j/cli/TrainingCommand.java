package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.optim.AdamWSettings;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.Training;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** A command that trains; each kind of run has defaults of its own. */
abstract class TrainingCommand extends BaseCommand {
    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the interrupted run of this folder.")
    private Path resume;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description = "Checkpoint folder, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(names = "--text", paramLabel = "COLUMN", description = "Column of the texts in CSV (${DEFAULT-VALUE}).")
    String text;

    @Option(names = "--epochs", description = "Passes over the texts (${DEFAULT-VALUE}).")
    private int epochs;

    @Option(names = "--batch-size", description = "Texts, or packed sequences, of a step (${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--accumulation",
            description = "Parts of a batch, to save memory; the step stays the same (${DEFAULT-VALUE}).")
    private int accumulation;

    @Option(names = "--learning-rate", description = "Step length of AdamW (${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--lr-schedule",
            paramLabel = "SHAPE",
            description = "Course of the learning rate: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private LearningRateSchedule.Shape shape;

    @Option(names = "--warmup", description = "Share of the steps in which the learning rate rises (${DEFAULT-VALUE}).")
    private double warmup;

    @Option(
            names = "--lr-decay",
            description = "Share of the steps, at the end, in which wsd falls (${DEFAULT-VALUE}).")
    private double lrDecay;

    @Option(names = "--weight-decay", description = "Decoupled weight decay (${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--no-decay",
            paramLabel = "SELECTOR",
            description = "What is not decayed, for instance norms,biases (${DEFAULT-VALUE}).")
    private String noDecay;

    @Option(names = "--adam-beta1", description = "Decay rate of AdamW's mean of the gradient (${DEFAULT-VALUE}).")
    private double beta1;

    @Option(
            names = "--adam-beta2",
            description = "Decay rate of AdamW's mean of the squared gradient (${DEFAULT-VALUE}).")
    private double beta2;

    @Option(names = "--adam-epsilon", description = "What AdamW adds to the root of that mean (${DEFAULT-VALUE}).")
    private double epsilon;

    @Option(
            names = "--max-grad-norm",
            description = "Norm that all gradients are clipped to (train: no limit, pretrain: 1).")
    private Double maxGradNorm;

    @Option(
            names = "--seed",
            description = "Of new weights, batches, dropout, masks and the choice of texts (${DEFAULT-VALUE}).")
    long seed;

    @Mixin
    MachineOptions machine = new MachineOptions();

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the run.")
    private Path output;

    private final boolean pretraining;

    /** The defaults. */
    final Training usual;

    /** Pre-trains, or fine-tunes; {@code text} is the default of {@code --text}. */
    TrainingCommand(boolean pretraining, String text) {
        this.pretraining = pretraining;
        this.text = text;
        usual = pretraining ? Training.pretraining() : Training.fineTuning();
        epochs = usual.epochs();
        batchSize = usual.batchSize();
        accumulation = usual.accumulation();
        AdamWSettings adamW = (AdamWSettings) usual.update().optimizer();
        beta1 = adamW.beta1();
        beta2 = adamW.beta2();
        epsilon = adamW.eps();
        learningRate = usual.update().rates().encoder();
        shape = usual.update().schedule().shape();
        warmup = usual.update().schedule().warmup();
        lrDecay = usual.update().schedule().decay();
        weightDecay = usual.update().rates().weightDecay();
        noDecay = usual.update().rates().noDecay().toString();
        maxGradNorm =
                usual.update().maxGradientNorm().stream().boxed().findFirst().orElse(null);
        seed = usual.seed();
    }

    /** The run that the options describe. */
    abstract Run<?> run();

    /** Changes the training by the options that this command alone has. */
    abstract void change(Training.Builder training);

    /** Resumes the run that {@code --resume} names, or starts another. */
    @Override
    public Integer call() {
        String command = spec.name();
        if (resume == null) {
            return RunConsole.run(command, out(), run()::start);
        }
        requireNothingBesideResume();
        if (Run.settingsOf(resume).task().isPretraining() != pretraining) {
            throw new InputException(resume + ": holds a run of another kind; use "
                    + (pretraining ? "train" : "pretrain") + " --resume");
        }
        return RunConsole.run(command, out(), listener -> Run.resume(resume, listener));
    }

    /** The settings of a run are in its folder; other options would be ignored. */
    private void requireNothingBesideResume() {
        List<String> others = spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> !List.of("--resume", "--verbose", "--threads").contains(name))
                .toList();
        if (!others.isEmpty()) {
            throw usageError("--resume takes its settings from the run; leave out " + others);
        }
    }

    Path model(HubFiles files) {
        require("--model", model);
        return model.folder(files);
    }

    Path output() {
        require("--output", output);
        return output;
    }

    Training training() {
        return settings(() -> {
            Training.Builder builder = usual.change()
                    .epochs(epochs)
                    .batchSize(batchSize)
                    .accumulation(accumulation)
                    .optimizer(new AdamWSettings(beta1, beta2, epsilon))
                    .learningRate(learningRate)
                    .weightDecay(weightDecay, Selector.parse(noDecay))
                    .learningRateSchedule(new LearningRateSchedule(shape, warmup, lrDecay))
                    .maxGradientNorm(optional(maxGradNorm))
                    .seed(seed);
            change(builder);
            return builder.build();
        });
    }
}
