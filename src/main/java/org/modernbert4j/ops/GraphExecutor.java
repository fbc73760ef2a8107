package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Moment;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;

/**
 * Runs a SameDiff graph without control flow on a backend. It makes a plan for each list of outputs once: only the ops that these
 * outputs need run, and each array returns to the backend after its last use. One call computes loss, logits and gradients in one
 * pass. Ops that only other gradients need do not run.
 *
 * <p>Not thread safe.
 */
public final class GraphExecutor implements AutoCloseable {
    /** The outputs of one run. Closing it releases their memory for reuse. */
    public final class Result implements AutoCloseable {
        private final Map<String, Array> arrays = new LinkedHashMap<>();
        private final Set<Array> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Map<String, Moment> ends = new HashMap<>();
        private Moment begin;
        private boolean closed;

        private Result() {}

        /**
         * Seconds from the start of the run until an output was computed. Ask before {@link #takeTimes}.
         *
         * @throws IllegalStateException if the executor does not measure
         */
        public double secondsUntil(String name) {
            if (begin == null) {
                throw new IllegalStateException("only an executor that measures knows its times");
            }
            return ends.get(name).secondsSince(begin);
        }

        /**
         * The array of an output. Valid until this result is closed.
         *
         * @throws IllegalArgumentException if it is not one of the outputs of this run
         * @throws IllegalStateException if this result is closed
         */
        public Array get(String name) {
            if (closed) {
                throw new IllegalStateException("this result is closed: " + name);
            }
            Array array = arrays.get(name);
            if (array == null) {
                throw new IllegalArgumentException("not among the outputs: " + name);
            }
            return array;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                taken.forEach(backend::give);
            }
        }
    }

    /** Names of outputs, and of computed variables with values in the feed. */
    private record Request(List<String> outputs, Set<String> given) {}

    /**
     * The total cost of all ops of one name.
     *
     * @param calls number of runs
     * @param seconds total time
     * @param operations floating-point additions and multiplications in its matrix products; 0 for an op without products
     * @param bytes total size of the arrays that it read and wrote, each counted once per run
     */
    public record OpTime(long calls, double seconds, double operations, double bytes) {
        /** Both together. */
        public OpTime plus(OpTime more) {
            return new OpTime(
                    calls + more.calls, seconds + more.seconds, operations + more.operations, bytes + more.bytes);
        }
    }

    /** The run of an op between two moments. */
    private record Measured(String op, Moment begin, Moment end, double operations, double bytes) {
        OpTime time() {
            return new OpTime(1, end.secondsSince(begin), operations, bytes);
        }
    }

    private final SameDiff graph;
    private final Backend backend;
    private final Map<String, Array> variables;
    private final Map<Request, Plan> plans = new HashMap<>();
    private final List<Measured> measured = new ArrayList<>();
    private final List<Moment> moments = new ArrayList<>();
    private boolean measures;

    /**
     * @param graph to run; its ops must not change afterwards
     * @param backend runs it
     * @param variables arrays of the graph's variables by name; for other variables and constants, the graph's own arrays are used
     */
    public GraphExecutor(SameDiff graph, Backend backend, Map<String, Array> variables) {
        this.graph = graph;
        this.backend = backend;
        this.variables = new HashMap<>(variables);
    }

    /**
     * Computes outputs.
     *
     * @param feed an array for each placeholder that the outputs need; may also give values of computed variables, and then ops
     *     that only these variables need do not run
     * @param outputs names of variables; variables and placeholders of the graph give their own arrays, not copies
     * @return the arrays of the outputs
     * @throws IllegalArgumentException if a placeholder has no array, or the graph has no such output
     * @throws org.modernbert4j.backend.OutOfDeviceMemory if an array does not fit; a run over less may follow
     */
    public Result run(Map<String, Array> feed, List<String> outputs) {
        Plan plan = planFor(outputs, feed.keySet());
        Array[] slots = given(plan, feed);
        try {
            return run(plan, slots, outputs);
        } catch (RuntimeException e) {
            IntStream.range(0, slots.length)
                    .filter(slot -> slots[slot] != null && !plan.isGiven(slot))
                    .forEach(slot -> backend.give(slots[slot]));
            throw e;
        }
    }

    /** The most bytes that the arrays of such a run take at a time, without those that it is given. */
    public long mostBytes(Map<String, Array> feed, List<String> outputs) {
        Plan plan = planFor(outputs, feed.keySet());
        Array[] given = given(plan, feed);
        return plan.mostBytes(slot -> given[slot].shape());
    }

    /** The arrays that a run is given, by slot; null in all other slots. */
    private Array[] given(Plan plan, Map<String, Array> feed) {
        Array[] slots = new Array[plan.slots()];
        plan.stored()
                .forEach((slot, name) -> slots[slot] =
                        variables.computeIfAbsent(name, missing -> backend.adopt(graph.getArrForVarName(missing))));
        plan.fed().forEach((slot, name) -> {
            slots[slot] = feed.get(name);
            if (slots[slot] == null) {
                throw new IllegalArgumentException("no array for the placeholder " + name);
            }
        });
        return slots;
    }

    /** @param slots has the given arrays; gets an array when an op is about to compute it, and null after its last use */
    private Result run(Plan plan, Array[] slots, List<String> outputs) {
        Result result = new Result();
        result.begin = moment();
        Moment before = result.begin;
        Moment[] ends = new Moment[plan.slots()];
        Arrays.fill(ends, before);
        for (Plan.Step step : plan.steps()) {
            Array[] in = new Array[step.in().length];
            for (int i = 0; i < in.length; i++) {
                in[i] = slots[step.in()[i]];
            }
            Array[] out = run(step, in, slots);
            if (measures) {
                Measured op = measured(step, in, out, before);
                measured.add(op);
                before = op.end;
            }
            Moment end = before;
            step.filled().forEach(slot -> ends[slot] = end);
            for (int slot : step.lastUses()) {
                backend.give(slots[slot]);
                slots[slot] = null;
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            int slot = plan.outputs()[i];
            result.arrays.put(outputs.get(i), slots[slot]);
            result.ends.put(outputs.get(i), ends[slot]);
            if (!plan.isGiven(slot)) {
                result.taken.add(slots[slot]);
            }
        }
        return result;
    }

    /** Marks a moment, or gives null if this executor does not measure. */
    private Moment moment() {
        if (!measures) {
            return null;
        }
        Moment moment = backend.moment();
        moments.add(moment);
        return moment;
    }

    /** Runs an op; gives its outputs, which lie in their slots then; null for those that nobody reads. */
    private Array[] run(Plan.Step step, Array[] in, Array[] slots) {
        if (step.call() == null) {
            Array[] out = backend.run(step.op(), in);
            for (int i = 0; i < out.length; i++) {
                slots[step.out()[i]] = out[i];
            }
            return out;
        }
        long[][] shapes = shapes(in);
        Array[] out = new Array[step.results()];
        for (int i = 0; i < out.length; i++) {
            if (step.result(i) != Plan.NONE) {
                out[i] = backend.take(step.type(i), step.shape(i, shapes));
                slots[step.result(i)] = out[i];
            }
        }
        backend.run(step.call(), in, out);
        return out;
    }

    /** What an op took that began at a moment and has just been run. */
    private Measured measured(Plan.Step step, Array[] in, Array[] out, Moment begin) {
        Moment end = moment();
        double operations = step.op() instanceof OwnOp own
                ? own.kind().operations().of(step.call(), shapes(in), i -> backend.integers(in[i]))
                : 0;
        return new Measured(step.op().opName(), begin, end, operations, bytes(in) + bytes(out));
    }

    private static long[][] shapes(Array[] arrays) {
        return Arrays.stream(arrays).map(Array::shape).toArray(long[][]::new);
    }

    private static double bytes(Array[] arrays) {
        double bytes = 0;
        for (Array array : arrays) {
            bytes += array == null ? 0 : (double) array.length() * array.type().width();
        }
        return bytes;
    }

    /** Measures the ops of later runs, which {@link #takeTimes} then gives. */
    public void measure() {
        measures = true;
    }

    /** The total cost of ops by name, since the last call of this method; empty if this executor does not measure. */
    public Map<String, OpTime> takeTimes() {
        Map<String, OpTime> times = new TreeMap<>();
        measured.forEach(op -> times.merge(op.op, op.time(), OpTime::plus));
        measured.clear();
        moments.forEach(Moment::close);
        moments.clear();
        return times;
    }

    private Plan planFor(List<String> outputs, Set<String> fed) {
        Set<String> given = fed.stream().filter(this::isComputed).collect(Collectors.toUnmodifiableSet());
        return plans.computeIfAbsent(
                new Request(List.copyOf(outputs), given),
                request -> Plan.of(graph, request.outputs, request.given, backend.roundingOps()));
    }

    private boolean isComputed(String variable) {
        return graph.hasVariable(variable) && graph.getVariable(variable).getVariableType() == VariableType.ARRAY;
    }

    /** Frees the backend's unused pooled memory. Results stay valid until they are closed. */
    @Override
    public void close() {
        backend.release();
    }

    /** The name of the gradient of the loss with respect to a variable, in a graph that has been differentiated. */
    public static String gradientName(SameDiff graph, String variable) {
        SDVariable gradient = graph.getVariable(variable).getGradient();
        if (gradient == null) {
            throw new IllegalArgumentException("the loss does not depend on " + variable);
        }
        return gradient.name();
    }
}
