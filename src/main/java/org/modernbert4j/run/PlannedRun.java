package org.modernbert4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.run.RunState.Replanned;

/**
 * For how many steps a run is planned, and was before. Learning rates and schedules follow from it: up to a step, two runs with the
 * same settings and the same plan, changes included, are the same.
 *
 * @param steps of the whole run
 * @param changes of the plan so far
 */
record PlannedRun(int steps, List<Replanned> changes) {
    PlannedRun {
        changes = List.copyOf(changes);
    }

    /**
     * A place in a run.
     *
     * @param step steps that were done
     * @param plan under which; empty if older versions saved it
     */
    record Place(int step, Optional<PlannedRun> plan) {}

    /** The plan of a run that had this one until a step, and had it changed there to {@code other} steps. */
    PlannedRun changedAt(int step, int other) {
        // a change of the same step takes the place of the one before
        List<Replanned> all = new ArrayList<>(changes);
        int first = steps;
        if (!all.isEmpty() && all.get(all.size() - 1).step() == step) {
            first = all.remove(all.size() - 1).plannedBefore();
        }
        if (first != other) {
            all.add(new Replanned(step, first));
        }
        return new PlannedRun(other, all);
    }
}
