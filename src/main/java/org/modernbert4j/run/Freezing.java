package org.modernbert4j.run;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
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
 * @param scheduleText what the schedule's file said when the run began; empty where it has not begun, or the schedule is no file
 */
public record Freezing(Selector trainable, Optional<String> schedule, Optional<String> scheduleText) {
    /** Everything trains. */
    public static final Freezing NONE = new Freezing(Selector.parse("all"), Optional.empty());

    /** Settings of a run that has not begun. */
    public Freezing(Selector trainable, Optional<String> schedule) {
        this(trainable, schedule, Optional.empty());
    }

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
        return schedule.map(name -> scheduleText
                        .map(text -> Schedule.parse(text, name))
                        .orElseGet(() -> Schedule.of(name, encoder)))
                .orElseGet(() -> Schedule.constant(trainable));
    }

    /** The same with the text of the schedule's file as it was read, so that the file is not needed again. */
    Freezing begun(Schedule read) {
        boolean isFile = schedule.filter(name -> !Schedule.isNamed(name)).isPresent();
        return isFile ? new Freezing(trainable, schedule, Optional.of(read.toString())) : this;
    }

    /** The file of the schedule, if there is one. */
    public List<Path> files() {
        return schedule.map(File::new).filter(File::exists).map(File::toPath).stream()
                .toList();
    }

    Freezing exchange(Settings settings) {
        return new Freezing(
                Selector.parse(settings.value("train", trainable.toString(), JsonValue::text, trainable.toString())),
                settings.optional("schedule", schedule, JsonValue::text),
                settings.optional("schedule_text", scheduleText, JsonValue::text));
    }
}
