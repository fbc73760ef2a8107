package org.modernbert4j.task;

import com.google.auto.service.AutoService;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.modernbert4j.InputException;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.metric.ClassificationMetrics;

/**
 * Classification: each text has one of some labels.
 *
 * @param data labelled texts
 * @param head name of the head, one of {@link org.modernbert4j.model.Head#names}
 * @param dropout of the head
 * @param maxLength tokens that a text is cut to, special ones included
 */
public record SingleLabel(LabelledData data, String head, double dropout, int maxLength)
        implements TaskSettings<ClassificationMetrics> {
    /** The name of the task. */
    public static final String NAME = "single-label";

    /** Refuses a dropout that is no share. */
    public SingleLabel {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new InputException("dropout " + dropout + " is out of range; use a share from 0 to below 1");
        }
    }

    /** The usual settings: the head on the first token, dropout 0.3, 512 tokens. */
    public static SingleLabel of(LabelledData data) {
        return new SingleLabel(data, "cls", 0.3, 512);
    }

    /** The same with another head. */
    public SingleLabel withHead(String name) {
        return new SingleLabel(data, name, dropout, maxLength);
    }

    /** The same with texts cut to another length. */
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
    public void write(JsonObject settings) {
        settings.addProperty("data", data.file().toString());
        settings.addProperty("text", data.columns().text());
        settings.addProperty("label", data.columns().label());
        settings.addProperty("missing", data.missing().toString());
        JsonArray excluded = new JsonArray();
        new TreeSet<>(data.excludedLabels()).forEach(excluded::add);
        settings.add("exclude_labels", excluded);
        settings.addProperty("sample", data.sample());
        data.limit().ifPresent(limit -> settings.addProperty("limit", limit));
        settings.addProperty("validation", data.validation());
        settings.addProperty("data_seed", data.seed());
        settings.addProperty("head", head);
        settings.addProperty("dropout", dropout);
        settings.addProperty("max_length", maxLength);
    }

    @Override
    public Task<ClassificationMetrics> open(TaskInput input) {
        return SingleLabelTask.open(this, input);
    }

    /** Reads the settings. */
    @AutoService(TaskProvider.class)
    public static final class Provider implements TaskProvider {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public SingleLabel read(JsonFields settings) {
            LabelledData data = new LabelledData(
                    Path.of(settings.text("data")),
                    new LabelledData.Columns(settings.text("text"), settings.text("label")),
                    settings.choice("missing", MissingValues.class),
                    Set.copyOf(settings.list("exclude_labels", JsonValue::text)),
                    settings.number("sample"),
                    settings.optionalInteger("limit"),
                    settings.number("validation"),
                    settings.longInteger("data_seed"));
            return new SingleLabel(
                    data, settings.text("head"), settings.number("dropout"), settings.integer("max_length"));
        }
    }
}
