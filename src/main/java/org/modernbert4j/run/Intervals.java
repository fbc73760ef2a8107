package org.modernbert4j.run;

import java.util.List;
import java.util.OptionalInt;
import org.modernbert4j.InputException;

/**
 * How many steps lie between two logs, evaluations and checkpoints; empty for the end of each epoch. Each is also done after the last
 * step.
 *
 * @param log writes the training loss down
 * @param evaluate measures on the validation texts, and writes that down
 * @param save keeps a checkpoint
 */
public record Intervals(OptionalInt log, OptionalInt evaluate, OptionalInt save) {
    /** All at the end of each epoch. */
    public static final Intervals EPOCH = new Intervals(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

    /** Refuses less than one step. */
    public Intervals {
        for (OptionalInt steps : List.of(log, evaluate, save)) {
            InputException.requireRange(steps.orElse(1) >= 1, "interval in steps", steps.orElse(1), "at least 1");
        }
    }

    /** Three numbers of steps. */
    public static Intervals steps(int log, int evaluate, int save) {
        return new Intervals(OptionalInt.of(log), OptionalInt.of(evaluate), OptionalInt.of(save));
    }
}
