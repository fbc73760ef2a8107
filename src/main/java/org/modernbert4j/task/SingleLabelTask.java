package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.FileHash;
import org.modernbert4j.Progress;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.Csv;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.Text;
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
 * @param classes the label id of each training text
 * @param validationClasses the label id of each validation text
 * @param seed of the batches
 */
record SingleLabelTask(
        ModernBertConfig config,
        HeadSettings settings,
        TokenizedTexts texts,
        int[] classes,
        int[] validationClasses,
        long seed)
        implements Task<ClassificationMetrics> {
    /** The file of predictions for the validation texts. */
    private static final String PREDICTIONS = "predictions.csv";

    private static final List<String> COLUMNS = List.of("row", "label", "predicted", "probability");

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
        List<Example> train = selection.split().train();
        List<Example> held = selection.split().validation();
        List<TokenizedText> training = encode(settings, train, input);
        List<TokenizedText> validation = encode(settings, held, input);
        Path file = settings.data().file();
        long tokens = TokenizedText.tokens(Stream.concat(training.stream(), validation.stream()));
        Source source = new Source(file, training.size() + validation.size(), tokens, FileHash.sha256(file));
        TokenizedTexts texts = new TokenizedTexts(training, validation, List.of(source));
        return new SingleLabelTask(config, head, texts, classes(train, labels), classes(held, labels), input.seed());
    }

    private static List<TokenizedText> encode(SingleLabel settings, List<Example> examples, TaskInput input) {
        List<Text> texts = examples.stream().map(Example::withoutLabel).toList();
        String source = settings.data().file().toString();
        List<TokenizedText> tokenized =
                input.texts().cut(source + " line", texts, settings.maxLength(), input.tokenizing());
        input.texts().requireContent(source, tokenized);
        return tokenized;
    }

    private static int[] classes(List<Example> examples, Labels labels) {
        return examples.stream().mapToInt(example -> labels.id(example.label())).toArray();
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
                : Stream.concat(texts.training().stream(), texts.validation().stream())
                        .mapToInt(text -> text.ids().length)
                        .max()
                        .orElseThrow();
    }

    @Override
    public List<List<Integer>> batches(int size, int epoch) {
        return Batching.shuffled(texts.training(), size, seed, epoch);
    }

    @Override
    public List<Part> parts(Layout layout, List<Integer> indexes, int count, int step) {
        return Part.cut(indexes, count, range -> batch(layout, indexes.subList(range[0], range[1])));
    }

    private Batch batch(Layout layout, List<Integer> indexes) {
        int[] targets = indexes.stream().mapToInt(index -> classes[index]).toArray();
        return layout.lay(TokenizedText.ids(texts.training(), indexes)).with(new Targets.Classes(targets));
    }

    /** Weights steps by texts, so that the mean over steps is the mean over texts. */
    @Override
    public double weight(int targets) {
        return targets;
    }

    @Override
    public Optional<ClassificationMetrics> measure(Optional<ClassificationMetrics> before, Part part, Logits logits) {
        int[] truth = ((Targets.Classes) part.batch().targets()).labels();
        int[] predicted = IntStream.range(0, truth.length).map(logits::largest).toArray();
        ConfusionMatrix here = ConfusionMatrix.of(truth, predicted, labels().size());
        ConfusionMatrix all =
                before.map(ClassificationMetrics::confusion).map(here::plus).orElse(here);
        return Optional.of(new ClassificationMetrics(all, labels()));
    }

    @Override
    public Evaluated<ClassificationMetrics> evaluate(
            Network network, Layout layout, int batchSize, KnownValues known, Progress progress) {
        Evaluation evaluation = Evaluation.of(network, layout, texts.validation(), batchSize, known, progress);
        return new Evaluated<>(
                evaluation.loss(validationClasses),
                ClassificationMetrics.of(validationClasses, evaluation.predicted(), labels()),
                Map.of(PREDICTIONS, predictions(evaluation)));
    }

    private String predictions(Evaluation evaluation) {
        List<List<Object>> rows = new ArrayList<>();
        for (TokenizedText text : texts.validation()) {
            int i = rows.size();
            int predicted = evaluation.predicted()[i];
            rows.add(List.of(
                    text.row(),
                    labels().get(validationClasses[i]),
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
