package org.modernbert4j.task;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.modernbert4j.InputPath;
import org.modernbert4j.SettingException;
import org.modernbert4j.data.BatchOrder;
import org.modernbert4j.data.Held;
import org.modernbert4j.data.LabelType;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Reading;
import org.modernbert4j.data.Selection;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Head;

/**
 * Classification of texts with one label each.
 *
 * @param data labelled texts
 * @param head name of the head, one of {@link org.modernbert4j.model.Head#names}
 * @param dropout dropout rate of the head
 * @param maxLength maximum tokens, special tokens included; longer texts are cut
 * @param batches how texts come into batches
 */
public record SingleLabel(LabelledData data, String head, double dropout, int maxLength, BatchOrder batches)
        implements TaskSettings<ClassificationMetrics> {
    /** The name of the task. */
    public static final String NAME = "single-label";

    /** The file of predictions for the texts of the validation. */
    public static final String PREDICTIONS = "predictions.csv";

    /** The file of predictions for the texts of the test. */
    public static final String TEST_PREDICTIONS = "test-predictions.csv";

    private static final String DATA = "data";
    private static final String VALIDATION = "validation";
    private static final String TEST = "test";

    /** Refuses a dropout outside [0, 1) and a maximum length below 1. */
    public SingleLabel {
        SettingException.requireAtLeast(1, "max length", maxLength);
        SettingException.requireRange(dropout >= 0 && dropout < 1, "dropout", dropout, "a share from 0 to below 1");
    }

    /** With batches at random. */
    public SingleLabel(LabelledData data, String head, double dropout, int maxLength) {
        this(data, head, dropout, maxLength, BatchOrder.RANDOM);
    }

    /** The default settings: the {@code cls} head, dropout 0.3, 512 tokens. */
    public static SingleLabel of(LabelledData data) {
        return new SingleLabel(data, "cls", 0.3, 512);
    }

    /** The same with another head. */
    public SingleLabel withHead(String name) {
        return new SingleLabel(data, name, dropout, maxLength, batches);
    }

    /** The same with another maximum length. */
    public SingleLabel withMaxLength(int tokens) {
        return new SingleLabel(data, head, dropout, tokens, batches);
    }

    @Override
    public String task() {
        return NAME;
    }

    @Override
    public List<Path> files() {
        return data.allFiles();
    }

    @Override
    public List<String> options() {
        List<String> options = new ArrayList<>(Collections.nCopies(data.files().size(), DATA));
        data.validation().file().ifPresent(file -> options.add(VALIDATION));
        data.test().ifPresent(file -> options.add(TEST));
        return options;
    }

    @Override
    public SingleLabel withFiles(List<Path> files) {
        return new SingleLabel(data.withFiles(files), head, dropout, maxLength, batches);
    }

    /** Settings that older versions lacked are as they were there: labels are text, batches of like length. */
    @Override
    public SingleLabel exchange(Settings settings) {
        Reading reading = data.reading();
        LabelledData exchanged = new LabelledData(
                settings.oneOrMore(DATA, data.files(), SingleLabel::path),
                new Reading(
                        reading.format().exchange(settings),
                        new Reading.Columns(
                                settings.value("text", reading.text(), JsonValue::text),
                                settings.value("label", reading.label(), JsonValue::text)),
                        settings.value(
                                "label_type",
                                reading.labelType(),
                                value -> value.choice(LabelType.class),
                                LabelType.TEXT),
                        settings.value("missing", reading.missing(), value -> value.choiceOrName(MissingValues.class)),
                        settings.value("keep_na", reading.keepNa(), JsonValue::flag, false)),
                Set.copyOf(settings.value("exclude_labels", excluded(), labels -> labels.list(JsonValue::text))),
                settings.value("sample", data.sample(), JsonValue::number),
                settings.optional("limit", data.limit()),
                held(settings),
                settings.optional(TEST, data.test(), SingleLabel::path),
                settings.value("data_seed", data.seed(), JsonValue::longInteger));
        return new SingleLabel(
                exchanged,
                settings.value("head", head, value -> value.choice(Head.names(), name -> name)),
                settings.value("dropout", dropout, JsonValue::number),
                settings.value("max_length", maxLength, JsonValue::integer),
                settings.value("batches", batches, value -> value.choice(BatchOrder.class), BatchOrder.LIKE_LENGTH));
    }

    private static Path path(JsonValue value) {
        return InputPath.of(value.text());
    }

    private Held held(Settings settings) {
        Object written = data.validation() instanceof Held.Share held
                ? held.share()
                : data.validation().file().orElseThrow();
        Object read = settings.value(
                VALIDATION, written, value -> value.isText() ? path(value) : Double.valueOf(value.number()));
        return read instanceof Path path ? new Held.InFile(path) : new Held.Share((double) read);
    }

    private List<String> excluded() {
        return data.excludedLabels().stream().sorted().toList();
    }

    /** Selects the texts. A share for validation is the same for each label. */
    public Selection select() {
        return Selection.of(data);
    }

    @Override
    public Task<ClassificationMetrics> open(TaskInput input) {
        return SingleLabelTask.open(this, input);
    }

    /** Registers the task. */
    @AutoService(TaskSettings.Provider.class)
    public static final class Provider implements TaskSettings.Provider {
        @Override
        public SingleLabel example() {
            return SingleLabel.of(LabelledData.of(Path.of("texts.csv"), "text", "label"));
        }
    }
}
