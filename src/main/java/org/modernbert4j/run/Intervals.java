package org.modernbert4j.run;

import java.util.List;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.json.Settings;

/**
 * The number of steps between two logs, evaluations and checkpoints; empty means once at the end of each epoch. All three also
 * happen after the last step.
 *
 * @param log steps between logs of the training loss
 * @param evaluate steps between evaluations on the validation texts
 * @param save steps between checkpoints
 */
public record Intervals(OptionalInt log, OptionalInt evaluate, OptionalInt save) {
    /** Everything at the end of each epoch. */
    public static final Intervals EPOCH = new Intervals(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

    /** Refuses intervals below one step. */
    public Intervals {
        for (OptionalInt steps : List.of(log, evaluate, save)) {
            InputException.requireRange(steps.orElse(1) >= 1, "interval in steps", steps.orElse(1), "at least 1");
        }
    }

    /** Writes these intervals, or reads others; {@code missing} serves where a file lacks one. */
    Intervals exchange(Settings settings, Intervals missing) {
        return new Intervals(
                settings.optional("log_every", log, missing.log),
                settings.optional("eval_every", evaluate, missing.evaluate),
                settings.optional("save_every", save, missing.save));
    }

    /** Intervals in steps. */
    public static Intervals steps(int log, int evaluate, int save) {
        return new Intervals(OptionalInt.of(log), OptionalInt.of(evaluate), OptionalInt.of(save));
    }
}
