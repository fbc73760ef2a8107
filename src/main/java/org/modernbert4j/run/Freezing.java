package org.modernbert4j.run;

import java.util.Optional;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.model.EncoderConfig;

/**
 * Settings that choose which parameters train in each epoch.
 *
 * @param trainable which parameters train if there is no schedule
 * @param schedule name or file of a {@link Schedule}; empty for none
 */
public record Freezing(Selector trainable, Optional<String> schedule) {
    /** Everything trains. */
    public static final Freezing NONE = new Freezing(Selector.parse("all"), Optional.empty());

    /** The same parameters train in every epoch. */
    public static Freezing of(Selector trainable) {
        return new Freezing(trainable, Optional.empty());
    }

    /**
     * The schedule of these settings.
     *
     * @param encoder the encoder that it is for
     * @throws org.modernbert4j.InputException if the schedule is neither a known name nor a readable file
     */
    public Schedule schedule(EncoderConfig encoder) {
        return schedule.map(name -> Schedule.of(name, encoder)).orElseGet(() -> Schedule.constant(trainable));
    }

    Freezing exchange(Settings settings) {
        return new Freezing(
                Selector.parse(settings.value("train", trainable.toString(), JsonValue::text, trainable.toString())),
                settings.optional("schedule", schedule, JsonValue::text));
    }
}
