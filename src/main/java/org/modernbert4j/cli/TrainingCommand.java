package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.modernbert4j.InputException;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.optim.AdamWSettings;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.optim.OnNan;
import org.modernbert4j.run.Resumption;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.Saving;
import org.modernbert4j.run.Saving.Interval;
import org.modernbert4j.run.Training;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** A command that trains; each kind of run has defaults of its own. */
abstract class TrainingCommand extends BaseCommand {
    /** What may stand beside {@code --resume}. */
    private static final Set<String> RESUMABLE = Set.of(
            "--resume",
            "--data",
            "--model",
            "--epochs",
            "--save-every",
            "--keep-checkpoints",
            "--on-nan",
            "--backend",
            "--threads",
            "--verbose");

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description =
                    "Go on with the interrupted run of this folder, or from the checkpoint-N of it. Beside this,"
                            + " --data, --validation, --test and --model tell where its files are now, --epochs (or --steps) for how long it goes on;"
                            + " --backend, --save-every, --keep-checkpoints, --on-nan and the --patience of train may change as well.")
    private Path resume;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description = "Checkpoint folder, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "Column of the texts in tables (${DEFAULT-VALUE}, or the only one that fits).")
    String text;

    @Mixin
    private CsvOptions csv = new CsvOptions();

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the texts (${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Texts, or packed sequences, of a step (${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            description = "Parts of a batch, to save memory; the step stays the same (${DEFAULT-VALUE}).")
    private int accumulation;

    @Option(names = "--learning-rate", paramLabel = "RATE", description = "Step length of AdamW (${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--lr-schedule",
            paramLabel = "SHAPE",
            description = "Course of the learning rate: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private LearningRateSchedule.Shape shape;

    @Option(
            names = "--warmup",
            paramLabel = "SHARE",
            description = "Share of the steps in which the learning rate rises (${DEFAULT-VALUE}).")
    private double warmup;

    @Option(
            names = "--lr-decay",
            paramLabel = "SHARE",
            description = "Share of the steps, at the end, in which wsd falls (${DEFAULT-VALUE}).")
    private double lrDecay;

    @Option(names = "--weight-decay", paramLabel = "FACTOR", description = "Decoupled weight decay (${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--no-decay",
            paramLabel = "SELECTOR",
            description = "What is not decayed, for instance norms,biases (${DEFAULT-VALUE}).")
    private String noDecay;

    @Option(
            names = "--adam-beta1",
            paramLabel = "NUMBER",
            description = "Decay rate of AdamW's mean of the gradient (${DEFAULT-VALUE}).")
    private double beta1;

    @Option(
            names = "--adam-beta2",
            paramLabel = "NUMBER",
            description = "Decay rate of AdamW's mean of the squared gradient (${DEFAULT-VALUE}).")
    private double beta2;

    @Option(
            names = "--adam-epsilon",
            paramLabel = "NUMBER",
            description = "What AdamW adds to the root of that mean (${DEFAULT-VALUE}).")
    private double epsilon;

    @Option(
            names = "--max-grad-norm",
            paramLabel = "NORM",
            description = "Norm that all gradients are clipped to (train: no limit, pretrain: 1).")
    private Double maxGradNorm;

    @Option(
            names = "--on-nan",
            paramLabel = "ACTION",
            description = "At a step whose loss or gradients are not finite: ${COMPLETION-CANDIDATES}"
                    + " (${DEFAULT-VALUE}). skip leaves its update out, and counts it.")
    private OnNan onNan;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of new weights, batches, dropout, masks and the choice of texts (${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--save-every",
            paramLabel = "STEPS|MINUTES",
            description = "From one checkpoint to the next: 500 are steps, 30min minutes"
                    + " (train: each epoch, pretrain: 1000).")
    private String saveEvery;

    @Option(
            names = "--keep-checkpoints",
            paramLabel = "N",
            description = "Checkpoints that are kept (${DEFAULT-VALUE}).")
    private int keepCheckpoints;

    @Mixin
    MachineOptions machine = new MachineOptions();

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the run.")
    private Path output;

    @Option(
            names = "--replace",
            description = "If that folder holds a run, replace it, once all inputs are read; files of others stay.")
    private boolean replace;

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
        onNan = usual.update().onNan();
        seed = usual.seed();
        keepCheckpoints = usual.intervals().saving().keep();
    }

    /** The run that the options describe. */
    abstract Run<?> run();

    /** Changes the training by the options that this command alone has. */
    abstract void change(Training.Builder training);

    /** Where the data of a run that goes on are now; empty if not given. */
    abstract Optional<List<Path>> movedData();

    /** Changes a run that goes on by the options of {@link #resumable}. */
    void change(Resumption resumption) {}

    /** The options that this command alone has and that may stand beside {@code --resume}. */
    List<String> resumable() {
        return List.of();
    }

    /** Resumes the run that {@code --resume} names, or starts another. */
    @Override
    public Integer call() {
        String command = spec.name();
        if (resume == null) {
            Run<?> run = run();
            return RunConsole.run(command, out(), replace ? run::replace : run::start);
        }
        requireOnlyWhatMayChange();
        Resumption resumption = Resumption.of(resume);
        if (resumption.isPretraining() != pretraining) {
            throw new InputException(resume + ": holds a run of another kind; use "
                    + (pretraining ? "train" : "pretrain") + " --resume");
        }
        movedData().ifPresent(resumption::data);
        if (model != null) {
            resumption.model(model.folder(HubFiles.ALL));
        }
        if (isGiven("--epochs")) {
            requireAtLeast(1, "--epochs", epochs);
            resumption.epochs(epochs);
        }
        if (isGiven("--backend")) {
            resumption.backend(machine.backend());
        }
        change(resumption);
        if (saveEvery != null) {
            resumption.saveEvery(settings(() -> Interval.parse(saveEvery)));
        }
        if (isGiven("--on-nan")) {
            resumption.onNan(onNan);
        }
        if (isGiven("--keep-checkpoints")) {
            requireAtLeast(1, "--keep-checkpoints", keepCheckpoints);
            resumption.keepCheckpoints(keepCheckpoints);
        }
        return RunConsole.run(command, out(), resumption::start);
    }

    /** The settings of a run are in its folder; other options would be ignored. */
    private void requireOnlyWhatMayChange() {
        List<String> others = spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> !RESUMABLE.contains(name) && !resumable().contains(name))
                .toList();
        if (!others.isEmpty()) {
            throw usageError(LEAVE_OUT + String.join(", ", others) + "; a run that goes on keeps its settings");
        }
    }

    /** The saving that the options say. */
    Saving saving() {
        Saving saving = usual.intervals().saving().withKeep(keepCheckpoints);
        return saveEvery == null ? saving : saving.withEvery(Interval.parse(saveEvery));
    }

    /** How CSV is written, as the options say. */
    CsvFormat csvFormat() {
        return settings(csv::format);
    }

    Path model(HubFiles files) {
        return model.folder(files);
    }

    Path output() {
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
                    .onNan(onNan)
                    .seed(seed);
            change(builder);
            return builder.build();
        });
    }
}
