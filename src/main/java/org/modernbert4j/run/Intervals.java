package org.modernbert4j.run;

import java.util.OptionalInt;
import org.modernbert4j.SettingException;
import org.modernbert4j.json.Settings;

/**
 * How often a run is logged, measured and saved. All three also happen after the last step.
 *
 * @param log steps between logs of the training loss; empty for the end of each epoch
 * @param evaluate steps between evaluations on the validation texts; empty for the end of each epoch
 * @param saving of checkpoints
 */
public record Intervals(OptionalInt log, OptionalInt evaluate, Saving saving) {
    /** Everything at the end of each epoch. */
    public static final Intervals EPOCH = new Intervals(OptionalInt.empty(), OptionalInt.empty(), Saving.EPOCH);

    /** Refuses intervals below one step. */
    public Intervals {
        SettingException.requireAtLeast(1, "log every", log.orElse(1));
        SettingException.requireAtLeast(1, "eval every", evaluate.orElse(1));
    }

    /** Writes these intervals, or reads others; {@code missing} serves where a file lacks one. */
    Intervals exchange(Settings settings, Intervals missing) {
        return new Intervals(
                settings.optional("log_every", log, missing.log),
                settings.optional("eval_every", evaluate, missing.evaluate),
                saving.exchange(settings, missing.saving));
    }

    /** Intervals in steps. */
    public static Intervals steps(int log, int evaluate, int save) {
        return new Intervals(OptionalInt.of(log), OptionalInt.of(evaluate), Saving.steps(save));
    }

    /** The same with another saving. */
    public Intervals withSaving(Saving other) {
        return new Intervals(log, evaluate, other);
    }
}
