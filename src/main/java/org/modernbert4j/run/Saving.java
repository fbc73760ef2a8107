package org.modernbert4j.run;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;

/**
 * When checkpoints are saved, and how many are kept. None of it changes what a run learns.
 *
 * @param every between two checkpoints; empty for the end of each epoch
 * @param keep number of checkpoints that are kept, the last ones
 */
public record Saving(Optional<Interval> every, int keep) {
    /** At the end of each epoch; the last two are kept. */
    public static final Saving EPOCH = new Saving(Optional.empty(), 2);

    /**
     * The time between two checkpoints: {@code 500} are steps, {@code 30min} minutes.
     *
     * @param count of steps, or of minutes
     * @param minutes whether it counts minutes
     */
    public record Interval(int count, boolean minutes) {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(min)?");

        /** Refuses an interval below 1. */
        public Interval {
            SettingException.requireRange(
                    count >= 1, "save every", count, "at least 1 step, such as 500, or 1 minute, such as 30min");
        }

        /**
         * Reads what {@link #toString} gives.
         *
         * @throws InputException if the text is neither a number of steps nor of minutes
         */
        public static Interval parse(String text) {
            Matcher found = TEXT.matcher(text);
            if (!found.matches()) {
                throw new InputException("save every: found \"" + text
                        + "\", expected a number of steps, such as 500, or of minutes, such as 30min");
            }
            return new Interval(Integer.parseInt(found.group(1)), found.group(2) != null);
        }

        /** Whether it is over, after this many steps of the run and this time since the last checkpoint. */
        boolean isOver(int step, Duration sinceSaved) {
            return minutes ? sinceSaved.toMinutes() >= count : step % count == 0;
        }

        @Override
        public String toString() {
            return minutes ? count + "min" : String.valueOf(count);
        }
    }

    /** Refuses to keep none. */
    public Saving {
        SettingException.requireRange(keep >= 1, "keep checkpoints", keep, "at least 1");
    }

    /** Every few steps. */
    public static Saving steps(int count) {
        return new Saving(Optional.of(new Interval(count, false)), EPOCH.keep);
    }

    /** The same with another interval. */
    public Saving withEvery(Interval interval) {
        return new Saving(Optional.of(interval), keep);
    }

    /** The same with another number of checkpoints. */
    public Saving withKeep(int count) {
        return new Saving(every, count);
    }

    /** Whether a checkpoint is due after a step. */
    boolean isDue(int step, int stepsAnEpoch, Duration sinceSaved) {
        return every.map(interval -> interval.isOver(step, sinceSaved)).orElse(step % stepsAnEpoch == 0);
    }

    /** Writes these settings, or reads others; {@code missing} serves where a file lacks one. */
    Saving exchange(Settings settings, Saving missing) {
        Optional<String> interval = settings.optional(
                "save_every",
                every.map(Interval::toString),
                value -> value.isText() ? value.text() : String.valueOf(value.integer()), // older files have a number
                missing.every.map(Interval::toString));
        return new Saving(
                interval.map(Interval::parse),
                settings.value("keep_checkpoints", keep, JsonValue::integer, missing.keep));
    }
}
