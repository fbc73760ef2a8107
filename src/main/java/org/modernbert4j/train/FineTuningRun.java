package org.modernbert4j.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.report.HtmlReport;
import org.modernbert4j.report.MetricsCsv;
import org.modernbert4j.report.ModelCard;
import org.modernbert4j.report.Prediction;
import org.modernbert4j.report.PredictionsCsv;
import org.modernbert4j.report.RunSummary;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.train.TrainingListener.Phase;

/** A run in progress: what it reads, the trainer, and the folder that it writes. */
final class FineTuningRun implements Trainer.Saver {
    private final FineTuning settings;
    private final TrainingListener listener;
    private final List<String> notes = new ArrayList<>();
    private Network network;
    private Labels labels;
    private List<TokenizedText> validation;
    private FreezePlan plan;

    FineTuningRun(FineTuning settings, TrainingListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    FineTuned start() {
        return run(settings.model(), false);
    }

    FineTuned resume() {
        return run(RunFolder.lastCheckpoint(settings.output()), true);
    }

    private FineTuned run(Path weights, boolean resumed) {
        Selection selection = Selection.of(settings.data());
        selection.notes().forEach(this::note);
        labels = selection.labels();
        try (Checkpoint checkpoint = Checkpoint.open(weights);
                HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(settings.model())) {
            requirePositions(checkpoint.config());
            labels = labels.inOrderOf(checkpoint.config().id2label());
            checkpoint
                    .config()
                    .ignored()
                    .forEach(field -> note("config.json: " + field + " is not known here, ignored"));
            Head head = Head.named(settings.head(), labels.names().size(), settings.dropout());
            Architecture architecture = Architecture.of(checkpoint.config(), head);
            settings.training().rates().noDecay().select(architecture); // refuses what is not there
            Schedule schedule = settings.schedule(checkpoint.config());
            plan = FreezePlan.of(schedule, architecture, settings.training().epochs());
            Checkpoint.Loaded loaded =
                    checkpoint.load(architecture, settings.training().seed());
            loaded.report().lines().forEach(this::note);
            List<TokenizedText> train = tokenize(tokenizer, selection.split().train());
            validation = tokenize(tokenizer, selection.split().validation());
            Lowering lowering = Lowering.ofProcess(settings.precision());
            int length = head.needsPadding() ? settings.maxLength() : longest(train, validation);
            Layout layout =
                    Layout.of(head, lowering, length, tokenizer.specialTokens().pad());
            try (Network built = new Network(architecture, loaded.weights(), lowering, length);
                    Trainer trainer = new Trainer(
                            built,
                            layout,
                            labels,
                            settings.training(),
                            schedule,
                            CacheLimits.ofProcess(),
                            listener,
                            this)) {
                network = built;
                if (resumed) {
                    TrainingCheckpoint.read(weights, network, labels, trainer);
                } else {
                    RunFile.write(settings);
                }
                FrozenCheck frozen = new FrozenCheck(plan, network.weights());
                boolean finished = trainer.run(train, validation);
                note(frozen.verify(network.weights()));
                TrainingState state = trainer.state();
                return new FineTuned(settings.output(), List.copyOf(state.results), state.bestEpoch(), finished);
            }
        }
    }

    private void requirePositions(ModernBertConfig config) {
        if (settings.maxLength() > config.maxPositions()) {
            throw new InputException(
                    "%s: max_position_embeddings is %d, the texts' maximum length %d; use a maximum length up to %d"
                            .formatted(
                                    settings.model().resolve("config.json"),
                                    config.maxPositions(),
                                    settings.maxLength(),
                                    config.maxPositions()));
        }
    }

    private List<TokenizedText> tokenize(HuggingFaceTokenizerFactory tokenizer, List<Example> examples) {
        int[][] ids = tokenizer.encodeAll(
                examples.stream().map(Example::text).toList(),
                settings.maxLength(),
                (done, total) -> listener.progress(Phase.TOKENIZING, 0, done, total, Double.NaN));
        List<TokenizedText> texts = new ArrayList<>();
        for (Example example : examples) {
            texts.add(new TokenizedText(example.row(), ids[texts.size()], labels.id(example.label())));
        }
        return texts;
    }

    private static int longest(List<TokenizedText> train, List<TokenizedText> validation) {
        return Stream.concat(train.stream(), validation.stream())
                .mapToInt(text -> text.ids().length)
                .max()
                .orElseThrow();
    }

    private void note(String line) {
        notes.add(line);
        listener.note(line);
    }

    @Override
    public void checkpoint(AdamW optimizer, TrainingState state) {
        Path folder = RunFolder.saveCheckpoint(settings.output(), state.step, partial -> {
            writeModel(partial);
            TrainingCheckpoint.write(partial, optimizer, state);
        });
        listener.saved(folder);
        if (!state.results.isEmpty()) {
            writeReports(state);
        }
    }

    @Override
    public void best(EpochResult result, Evaluation evaluation) {
        AtomicFolder.write(settings.output().resolve(FineTuning.BEST), this::writeModel);
        int[] predicted = evaluation.predicted();
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < predicted.length; i++) {
            TokenizedText text = validation.get(i);
            predictions.add(new Prediction(
                    text.row(),
                    labels.names().get(text.label()),
                    labels.names().get(predicted[i]),
                    evaluation.probabilities()[i][predicted[i]]));
        }
        writeOutput("predictions.csv", PredictionsCsv.of(predictions));
    }

    private void writeModel(Path folder) {
        Architecture architecture = network.architecture();
        CheckpointWriter.write(
                folder, architecture, architecture.config().withClasses(labels.names()), network.weights());
        CheckpointWriter.copyTokenizer(settings.model(), folder);
        new HeadSettings(settings.head(), settings.dropout(), settings.maxLength()).write(folder);
    }

    private void writeReports(TrainingState state) {
        RunSummary summary = new RunSummary(
                settings.output().toAbsolutePath().normalize().getFileName().toString(),
                RunFile.describe(settings.output()),
                Environment.describe(),
                plan,
                state.results,
                state.bestEpoch(),
                notes);
        writeOutput("metrics.csv", MetricsCsv.of(state.results));
        writeOutput("report.html", HtmlReport.of(summary));
        writeOutput("README.md", ModelCard.of(summary));
    }

    private void writeOutput(String name, String text) {
        RunFolder.writeText(settings.output().resolve(name), text);
    }
}
