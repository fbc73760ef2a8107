package org.modernbert4j.run;

import com.google.gson.JsonObject;
import java.util.Optional;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;
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

    /** A schedule decides. */
    public static Freezing of(NamedSchedule schedule) {
        return new Freezing(NONE.trainable, Optional.of(schedule.toString()));
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

    void write(JsonObject settings) {
        settings.addProperty("train", trainable.toString());
        schedule.ifPresent(name -> settings.addProperty("schedule", name));
    }

    static Freezing read(JsonFields settings) {
        return new Freezing(
                Selector.parse(settings.text("train", "all")),
                settings.find("schedule").map(JsonValue::text));
    }
}
