package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.Progress;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.data.BatchOrder;
import org.modernbert4j.data.Csv;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.Tables;
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
 * Classifies encoded texts.
 *
 * @param config of the checkpoint, with the labels
 * @param settings of the head
 * @param texts in random order
 * @param truth the label ids of the texts
 * @param tables of the training texts
 * @param summary of the texts
 * @param order of the batches
 * @param seed of the batches
 */
record SingleLabelTask(
        ModernBertConfig config,
        HeadSettings settings,
        TokenizedTexts texts,
        Truth truth,
        Tables tables,
        Optional<DataSummary> summary,
        BatchOrder order,
        long seed)
        implements Task<ClassificationMetrics> {
    private static final List<String> COLUMNS = List.of("row", "label", "predicted", "probability");

    /**
     * The label id of each text.
     *
     * @param training of the training texts
     * @param validation of the validation texts
     * @param test of the test texts
     */
    record Truth(int[] training, int[] validation, int[] test) {
        private static Truth of(Selection selection, Labels labels) {
            return new Truth(
                    classes(selection.train(), labels),
                    classes(selection.validation(), labels),
                    selection.test().map(part -> classes(part, labels)).orElse(new int[0]));
        }

        private static int[] classes(Selection.Part part, Labels labels) {
            return part.examples().stream()
                    .mapToInt(example -> labels.id(example.label()))
                    .toArray();
        }
    }

    /** Reads, samples and encodes the texts. */
    static SingleLabelTask open(SingleLabel settings, TaskInput input) {
        input.requirePositions("max length", settings.maxLength());
        Selection selection = settings.select();
        selection.notes().forEach(input.notes());
        Labels labels = selection.labels().inOrderOf(input.config().classifier().labels());
        ModernBertConfig config = input.config().withLabels(labels.names());
        HeadSettings head = new HeadSettings(settings.head(), settings.dropout(), settings.maxLength());
        Architecture architecture =
                Architecture.of(config, head.head(labels.names().size()));
        input.texts().notes(architecture).forEach(input.notes());
        input.network().accept(architecture);
        SelectedTokens tokens = SelectedTokens.of(selection, input.texts(), settings.maxLength(), input.tokenizing());
        tokens.statistics().notes().forEach(input.notes());
        return new SingleLabelTask(
                config,
                head,
                tokens.texts(),
                Truth.of(selection, labels),
                selection.train().tables(),
                Optional.of(DataSummary.of(selection, Optional.of(tokens.statistics()))),
                settings.batches(),
                input.seed());
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
                : Stream.of(texts.training(), texts.validation(), texts.test())
                        .flatMap(List::stream)
                        .mapToInt(text -> text.ids().length)
                        .max()
                        .orElseThrow();
    }

    @Override
    public List<List<Integer>> batches(int size, int epoch) {
        return order.batches(texts.training(), size, seed, epoch);
    }

    @Override
    public List<Part> parts(Layout layout, List<Integer> indexes, int count, int step) {
        return Part.cut(indexes, count, range -> batch(layout, indexes.subList(range[0], range[1])));
    }

    private Batch batch(Layout layout, List<Integer> indexes) {
        int[] targets =
                indexes.stream().mapToInt(index -> truth.training()[index]).toArray();
        return layout.lay(TokenizedText.ids(texts.training(), indexes)).with(new Targets.Classes(targets));
    }

    /** Weights steps by texts, so that the mean over steps is the mean over texts. */
    @Override
    public double weight(int targets) {
        return targets;
    }

    @Override
    public Optional<ClassificationMetrics> measure(Optional<ClassificationMetrics> before, Part part, Logits logits) {
        int[] classes = ((Targets.Classes) part.batch().targets()).labels();
        int[] predicted =
                IntStream.range(0, classes.length).map(logits::largest).toArray();
        ConfusionMatrix here = ConfusionMatrix.of(classes, predicted, labels().size());
        ConfusionMatrix all =
                before.map(ClassificationMetrics::confusion).map(here::plus).orElse(here);
        return Optional.of(new ClassificationMetrics(all, labels()));
    }

    /** With one file, its lines are named alone. */
    @Override
    public String places() {
        return tables.isOneFile() ? Task.super.places() : "texts";
    }

    @Override
    public String place(TokenizedText text) {
        return tables.isOneFile() ? Task.super.place(text) : tables.place(text.row(), text.line());
    }

    @Override
    public Evaluated<ClassificationMetrics> evaluate(
            Network network, Layout layout, int batchSize, KnownValues known, Progress progress) {
        Evaluation evaluation = Evaluation.of(network, layout, texts.validation(), batchSize, known, progress);
        return evaluated(evaluation, texts.validation(), truth.validation(), SingleLabel.PREDICTIONS);
    }

    @Override
    public Optional<Evaluated<ClassificationMetrics>> test(
            Network network, Layout layout, int batchSize, Progress progress) {
        if (texts.test().isEmpty()) {
            return Optional.empty();
        }
        Evaluation evaluation = Evaluation.of(network, layout, texts.test(), batchSize, KnownValues.NONE, progress);
        return Optional.of(evaluated(evaluation, texts.test(), truth.test(), SingleLabel.TEST_PREDICTIONS));
    }

    private Evaluated<ClassificationMetrics> evaluated(
            Evaluation evaluation, List<TokenizedText> measured, int[] classes, String file) {
        return new Evaluated<>(
                evaluation.loss(classes),
                ClassificationMetrics.of(classes, evaluation.predicted(), labels()),
                Map.of(file, predictions(evaluation, measured, classes)));
    }

    private String predictions(Evaluation evaluation, List<TokenizedText> measured, int[] classes) {
        List<List<Object>> rows = new ArrayList<>();
        for (TokenizedText text : measured) {
            int i = rows.size();
            int predicted = evaluation.predicted()[i];
            rows.add(List.of(
                    text.row(),
                    labels().get(classes[i]),
                    labels().get(predicted),
                    evaluation.probabilities(i)[predicted]));
        }
        return Csv.of(COLUMNS, rows.stream());
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
