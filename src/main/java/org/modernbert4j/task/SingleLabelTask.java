package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.Csv;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ConfusionMatrix;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;

/**
 * Classification of encoded texts.
 *
 * @param config of the checkpoint, with the labels
 * @param settings of the head
 * @param learnt texts to learn from
 * @param held texts to measure on
 * @param sources the file of both
 * @param seed of the batches
 */
record SingleLabelTask(
        ModernBertConfig config, HeadSettings settings, Labelled learnt, Labelled held, List<Source> sources, long seed)
        implements Task<ClassificationMetrics> {
    /** {@code predictions.csv}, of the validation texts. */
    private static final String PREDICTIONS = "predictions.csv";

    private static final List<String> PREDICTION = List.of("row", "label", "predicted", "probability");

    /**
     * Texts and the label of each, by its number.
     *
     * @param texts in random order
     * @param classes in the same order
     */
    record Labelled(List<TokenizedText> texts, int[] classes) {}

    /** Reads, draws and encodes the texts. */
    static SingleLabelTask open(SingleLabel settings, TaskInput input) {
        requirePositions(settings.maxLength(), input);
        Selection selection = Selection.of(settings.data());
        selection.notes().forEach(input.notes());
        Labels labels = selection.labels().inOrderOf(input.config().classifier().labels());
        ModernBertConfig config = input.config().withLabels(labels.names());
        HeadSettings head = new HeadSettings(settings.head(), settings.dropout(), settings.maxLength());
        input.network().accept(Architecture.of(config, head.head(labels.names().size())));
        Labelled training = encode(selection.split().train(), labels, settings.maxLength(), input);
        Labelled validation = encode(selection.split().validation(), labels, settings.maxLength(), input);
        Path file = settings.data().file();
        long tokens = Stream.concat(training.texts.stream(), validation.texts.stream())
                .mapToLong(text -> text.ids().length)
                .sum();
        return new SingleLabelTask(
                config,
                head,
                training,
                validation,
                List.of(new Source(
                        file, training.texts.size() + validation.texts.size(), tokens, FileHash.sha256(file))),
                input.seed());
    }

    private static void requirePositions(int maxLength, TaskInput input) {
        int positions = input.config().encoder().maxPositions();
        if (maxLength > positions) {
            throw new InputException(
                    "%s: max_position_embeddings is %d, the texts' maximum length %d; use a maximum length up to %d"
                            .formatted(input.model().resolve("config.json"), positions, maxLength, positions));
        }
    }

    private static Labelled encode(List<Example> examples, Labels labels, int maxLength, TaskInput input) {
        int[][] ids = input.tokenizer()
                .encodeAll(examples.stream().map(Example::text).toList(), maxLength, input.tokenizing());
        List<TokenizedText> texts = IntStream.range(0, ids.length)
                .mapToObj(i -> new TokenizedText(examples.get(i).row(), ids[i]))
                .toList();
        return new Labelled(
                texts,
                examples.stream()
                        .mapToInt(example -> labels.id(example.label()))
                        .toArray());
    }

    private List<String> labels() {
        return config.classifier().labels();
    }

    @Override
    public Head head() {
        return settings.head(labels().size());
    }

    @Override
    public int length() {
        return head().needsPadding()
                ? settings.maxLength()
                : Stream.concat(learnt.texts.stream(), held.texts.stream())
                        .mapToInt(text -> text.ids().length)
                        .max()
                        .orElseThrow();
    }

    @Override
    public List<TokenizedText> training() {
        return learnt.texts;
    }

    @Override
    public List<TokenizedText> validation() {
        return held.texts;
    }

    @Override
    public List<List<Integer>> batches(int size, int epoch) {
        return Batching.shuffled(learnt.texts, size, seed, epoch);
    }

    @Override
    public List<Part> parts(Layout layout, List<Integer> texts, int count, int step) {
        return Part.cut(texts, count, range -> batch(layout, texts.subList(range[0], range[1])));
    }

    private Batch batch(Layout layout, List<Integer> texts) {
        int[] classes = texts.stream().mapToInt(text -> learnt.classes[text]).toArray();
        return Task.lay(layout, learnt.texts, texts).with(new Targets.Classes(classes));
    }

    /** The mean over several steps is that over their texts. */
    @Override
    public double weight(int targets) {
        return targets;
    }

    @Override
    public Optional<ClassificationMetrics> measure(Optional<ClassificationMetrics> before, Part part, Logits logits) {
        int[] truth = ((Targets.Classes) part.batch().targets()).of();
        int[] predicted = IntStream.range(0, truth.length).map(logits::largest).toArray();
        ConfusionMatrix here = ConfusionMatrix.of(truth, predicted, labels().size());
        ConfusionMatrix all =
                before.map(ClassificationMetrics::confusion).map(here::plus).orElse(here);
        return Optional.of(ClassificationMetrics.of(all, labels()));
    }

    @Override
    public Evaluated<ClassificationMetrics> evaluate(
            Network network, Layout layout, int batchSize, KnownValues known, Progress progress) {
        Evaluation evaluation = Evaluation.of(network, layout, held.texts, batchSize, known, progress);
        return new Evaluated<>(
                evaluation.loss(held.classes),
                ClassificationMetrics.of(held.classes, evaluation.predicted(), labels()),
                Map.of(PREDICTIONS, predictions(evaluation)));
    }

    private String predictions(Evaluation evaluation) {
        List<List<Object>> rows = new ArrayList<>();
        for (TokenizedText text : held.texts) {
            int i = rows.size();
            int predicted = evaluation.predicted()[i];
            rows.add(List.of(
                    text.row(),
                    labels().get(held.classes[i]),
                    labels().get(predicted),
                    evaluation.probabilities(i)[predicted]));
        }
        return Csv.of(PREDICTION, rows.stream());
    }

    @Override
    public MetricsFormat<ClassificationMetrics> metricsFormat() {
        return new ClassificationFormat(labels());
    }

    @Override
    public void save(Path folder) {
        settings.write(folder);
    }
}
