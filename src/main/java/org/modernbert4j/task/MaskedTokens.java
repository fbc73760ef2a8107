package org.modernbert4j.task;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.SettingException;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;

/**
 * Masked language modelling: trains an encoder, with random or published weights, to predict hidden tokens.
 *
 * @param data files of texts, at least one; their order affects the result: paragraphs of {@code .txt}, a column of any other
 * @param format how those of CSV are written
 * @param textColumn header of the texts in tables
 * @param length maximum tokens of a sequence
 * @param maskRate share of the tokens to predict
 * @param validation share of the sequences for validation instead of training; may be 0
 */
public record MaskedTokens(
        List<Path> data, CsvFormat format, String textColumn, int length, double maskRate, double validation)
        implements TaskSettings<TokenAccuracy> {
    /** The name of the task. */
    public static final String NAME = "masked-tokens";

    /** [CLS], a token and [SEP]. */
    private static final int SHORTEST = 3;

    /** Refuses shares out of range, an empty list of files, and a length without room for a token. */
    public MaskedTokens {
        data = List.copyOf(data);
        if (data.isEmpty()) {
            throw new InputException("no file of texts; give at least one");
        }
        if (length < SHORTEST) {
            throw new InputException(
                    "length " + length + " has no room for a token between two special ones; use at least " + SHORTEST);
        }
        SettingException.requireRange(
                maskRate > 0 && maskRate <= 1, "mask rate", maskRate, "a share above 0 and up to 1");
        SettingException.requireRange(
                validation >= 0 && validation < 1, "validation", validation, "a share from 0 to below 1");
    }

    /** The default settings: sequences of 128 tokens, 30 % of the tokens hidden, 5 % of the sequences for validation. */
    public static MaskedTokens of(Path... data) {
        return new MaskedTokens(List.of(data), CsvFormat.USUAL, "text", 128, 0.3, 0.05);
    }

    /** The same with another maximum length of sequences. */
    public MaskedTokens withLength(int tokens) {
        return new MaskedTokens(data, format, textColumn, tokens, maskRate, validation);
    }

    @Override
    public String task() {
        return NAME;
    }

    @Override
    public boolean isPretraining() {
        return true;
    }

    @Override
    public List<Path> files() {
        return data;
    }

    @Override
    public MaskedTokens withFiles(List<Path> files) {
        return new MaskedTokens(files, format, textColumn, length, maskRate, validation);
    }

    @Override
    public MaskedTokens exchange(Settings settings) {
        return new MaskedTokens(
                settings.value("data", data, files -> files.list(file -> InputPath.of(file.text()))),
                format.exchange(settings),
                settings.value("text", textColumn, JsonValue::text),
                settings.value("length", length, JsonValue::integer),
                settings.value("mask_rate", maskRate, JsonValue::number),
                settings.value("validation", validation, JsonValue::number));
    }

    @Override
    public Task<TokenAccuracy> open(TaskInput input) {
        return MaskedTokensTask.open(this, input);
    }

    /** Registers the task. */
    @AutoService(TaskSettings.Provider.class)
    public static final class Provider implements TaskSettings.Provider {
        @Override
        public MaskedTokens example() {
            return MaskedTokens.of(Path.of("texts.txt"));
        }
    }
}
