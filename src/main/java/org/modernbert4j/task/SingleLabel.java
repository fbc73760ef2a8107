package org.modernbert4j.task;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.modernbert4j.InputPath;
import org.modernbert4j.SettingException;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Sampling;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.TableFile;
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
 */
public record SingleLabel(LabelledData data, String head, double dropout, int maxLength)
        implements TaskSettings<ClassificationMetrics> {
    /** The name of the task. */
    public static final String NAME = "single-label";

    /** Refuses a dropout outside [0, 1) and a maximum length below 1. */
    public SingleLabel {
        SettingException.requireAtLeast(1, "max length", maxLength);
        SettingException.requireRange(dropout >= 0 && dropout < 1, "dropout", dropout, "a share from 0 to below 1");
    }

    /** The default settings: the {@code cls} head, dropout 0.3, 512 tokens. */
    public static SingleLabel of(LabelledData data) {
        return new SingleLabel(data, "cls", 0.3, 512);
    }

    /** The same with another head. */
    public SingleLabel withHead(String name) {
        return new SingleLabel(data, name, dropout, maxLength);
    }

    /** The same with another maximum length. */
    public SingleLabel withMaxLength(int tokens) {
        return new SingleLabel(data, head, dropout, tokens);
    }

    @Override
    public String task() {
        return NAME;
    }

    @Override
    public List<Path> files() {
        return List.of(data.file());
    }

    @Override
    public SingleLabel withFiles(List<Path> files) {
        LabelledData moved = new LabelledData(
                data.table().at(files.get(0)),
                data.columns(),
                data.missing(),
                data.excludedLabels(),
                data.sample(),
                data.limit(),
                data.validation(),
                data.seed());
        return new SingleLabel(moved, head, dropout, maxLength);
    }

    @Override
    public SingleLabel exchange(Settings settings) {
        LabelledData exchanged = new LabelledData(
                new TableFile(
                        settings.value("data", data.file(), file -> InputPath.of(file.text())),
                        data.table().format().exchange(settings)),
                new LabelledData.Columns(
                        settings.value("text", data.columns().text(), JsonValue::text),
                        settings.value("label", data.columns().label(), JsonValue::text)),
                settings.value("missing", data.missing(), value -> value.choiceOrName(MissingValues.class)),
                Set.copyOf(settings.value("exclude_labels", excluded(), labels -> labels.list(JsonValue::text))),
                settings.value("sample", data.sample(), JsonValue::number),
                settings.optional("limit", data.limit()),
                settings.value("validation", data.validation(), JsonValue::number),
                settings.value("data_seed", data.seed(), JsonValue::longInteger));
        return new SingleLabel(
                exchanged,
                settings.value("head", head, value -> value.choice(Head.names(), name -> name)),
                settings.value("dropout", dropout, JsonValue::number),
                settings.value("max_length", maxLength, JsonValue::integer));
    }

    private List<String> excluded() {
        return data.excludedLabels().stream().sorted().toList();
    }

    /** Selects the texts. The share for validation is the same for each label. */
    public Selection select() {
        return Selection.of(data, texts -> Sampling.stratifiedSplit(texts, data.validation(), data.seed()));
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
