package org.modernbert4j.run;

import java.util.Optional;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.model.EncoderConfig;

/**
 * What trains when.
 *
 * @param trainable which parameters train, where no schedule says so
 * @param schedule name or file of a {@link Schedule}
 */
public record Freezing(Selector trainable, Optional<String> schedule) {
    /** Everything trains. */
    public static final Freezing NONE = new Freezing(Selector.parse("all"), Optional.empty());

    /** The same trains in every epoch. */
    public static Freezing of(Selector trainable) {
        return new Freezing(trainable, Optional.empty());
    }

    /**
     * What trains in which epoch.
     *
     * @param encoder what it is for
     * @throws org.modernbert4j.InputException if the schedule is neither a name nor a file that can be read
     */
    public Schedule schedule(EncoderConfig encoder) {
        return schedule.map(name -> Schedule.of(name, encoder)).orElseGet(() -> Schedule.constant(trainable));
    }

    Freezing exchange(Settings settings) {
        return new Freezing(
                settings.value("train", trainable, value -> Selector.parse(value.text()), trainable),
                settings.optional("schedule", schedule, JsonValue::text));
    }
}
