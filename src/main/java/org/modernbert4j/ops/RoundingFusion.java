package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Joins the roundings of a plan with the ops that compute what is rounded, and those of stored arrays with one another. A device then
 * writes and reads less, and is given less to do.
 *
 * @param ops own ops whose kernels round their outputs
 * @param stored slots of the graph's variables and constants
 * @param kept slots whose arrays are read after the run, or are not the plan's
 */
record RoundingFusion(Set<String> ops, Set<Integer> stored, Set<Integer> kept) {
    /** An output of a step. */
    private record Source(Plan.Step step, int output) {}

    /** The same steps with fewer roundings. */
    List<Plan.Step> apply(List<Plan.Step> steps) {
        Map<Integer, Source> sources = new HashMap<>();
        IdentityHashMap<Plan.Step, int[]> rounded = new IdentityHashMap<>();
        List<Plan.Step> ofStored = new ArrayList<>();
        List<Plan.Step> left = new ArrayList<>();
        for (Plan.Step step : steps) {
            Source source = step.rounds() ? sources.remove(step.in()[0]) : null;
            if (source != null) {
                rounded.computeIfAbsent(source.step, key -> none(key.out().length))[source.output] = step.out()[0];
            } else if (step.rounds() && stored.contains(step.in()[0])) {
                ofStored.add(step);
            } else {
                left.add(step);
                for (int i = 0; ops.contains(step.op().opName()) && i < step.out().length; i++) {
                    sources.put(step.out()[i], new Source(step, i));
                }
            }
        }
        Set<Integer> read = new HashSet<>(kept);
        left.forEach(step -> Arrays.stream(step.in()).forEach(read::add));
        List<Plan.Step> fused = new ArrayList<>();
        if (!ofStored.isEmpty()) {
            fused.add(joined(ofStored));
        }
        left.forEach(step -> fused.add(rounded.containsKey(step) ? rounding(step, rounded.get(step), read) : step));
        return fused;
    }

    private static int[] none(int count) {
        int[] slots = new int[count];
        Arrays.fill(slots, Plan.NONE);
        return slots;
    }

    /** One step for several of one kind. */
    private static Plan.Step joined(List<Plan.Step> steps) {
        Plan.Step any = steps.get(0);
        int[] in = steps.stream().mapToInt(step -> step.in()[0]).toArray();
        int[] out = steps.stream().mapToInt(step -> step.out()[0]).toArray();
        return new Plan.Step(any.op(), any.call(), in, out);
    }

    /** A step that rounds outputs; others than these only if somebody reads them. */
    private static Plan.Step rounding(Plan.Step step, int[] rounded, Set<Integer> read) {
        int[] exact = IntStream.range(0, rounded.length)
                .map(i -> rounded[i] == Plan.NONE || read.contains(step.out()[i]) ? step.out()[i] : Plan.NONE)
                .toArray();
        return new Plan.Step(step.op(), step.call(), step.in(), exact, rounded, step.lastUses());
    }
}
