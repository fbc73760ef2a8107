package org.modernbert4j.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs a SameDiff graph without control flow. What is run for a list of outputs is planned once: only the ops that they need, in
 * order, each array given back to a pool after its last use. Loss, logits and gradients asked for together cost one pass, and
 * what only a gradient that nobody asks for would have needed is not run.
 *
 * <p>Not thread safe.
 */
public final class GraphExecutor implements AutoCloseable {
    /** One op: where its inputs are, where its outputs go, and which slots end with it. */
    private record Step(
            DifferentialFunction op, OpContext context, int[] in, int[] out, DataType[] outTypes, int[] lastUses) {}

    /** The steps for a list of outputs, over numbered slots. */
    private record Plan(
            List<Step> steps, int slots, Map<Integer, String> stored, Map<Integer, String> fed, int[] outputs) {}

    /** The outputs of one run; close it when they are no longer needed, and their memory is used again. */
    public final class Result implements AutoCloseable {
        private final Map<String, INDArray> arrays;
        private final Map<String, Double> seconds;
        private final Set<INDArray> pooled;
        private boolean closed;

        private Result(Map<String, INDArray> arrays, Map<String, Double> seconds, Set<INDArray> pooled) {
            this.arrays = arrays;
            this.seconds = seconds;
            this.pooled = pooled;
        }

        /** Seconds from the start of the run until an output that was asked for had been computed. */
        public double secondsUntil(String name) {
            return seconds.get(name);
        }

        /**
         * The array of an output that was asked for; valid until this result is closed.
         *
         * @throws IllegalStateException if it is closed
         */
        public INDArray get(String name) {
            if (closed) {
                throw new IllegalStateException("this result is closed: " + name);
            }
            INDArray array = arrays.get(name);
            if (array == null) {
                throw new IllegalArgumentException("not among the outputs: " + name);
            }
            return array;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                pooled.forEach(pool::give);
            }
        }
    }

    private final SameDiff graph;
    private final KernelExecutioner kernels;
    private final BufferPool pool = new BufferPool();
    private final Map<Request, Plan> plans = new HashMap<>();
    private final Map<String, OpTime> times = new TreeMap<>();

    /** What is asked for, and which computed variables need not be computed. */
    private record Request(List<String> outputs, Set<String> given) {}

    /**
     * What the runs of one kind of op have taken.
     *
     * @param calls how often it ran
     * @param seconds in all
     * @param operations floating-point additions and multiplications of the products in it; 0 for ops that are bound by memory
     * @param bytes of the arrays that it read and wrote, each once
     */
    public record OpTime(long calls, double seconds, double operations, double bytes) {
        private OpTime plus(OpTime more) {
            return new OpTime(
                    calls + more.calls, seconds + more.seconds, operations + more.operations, bytes + more.bytes);
        }
    }

    /** @param graph what is run; its ops must not change any more */
    public GraphExecutor(SameDiff graph) {
        this.graph = graph;
        kernels = Nd4j.getExecutioner() instanceof KernelExecutioner own ? own : null;
    }

    /**
     * Computes outputs.
     *
     * @param feed an array for each placeholder that the outputs depend on; an array for a computed variable is taken as its value,
     *     and nothing that only it needs is run
     * @param outputs names of variables; those of the graph's own variables and placeholders give the arrays themselves
     * @return their arrays
     * @throws IllegalArgumentException if a placeholder has no array, or the graph no such output
     */
    public Result run(Map<String, INDArray> feed, List<String> outputs) {
        Plan plan = planFor(outputs, feed.keySet());
        INDArray[] slots = new INDArray[plan.slots];
        plan.stored.forEach((slot, name) -> slots[slot] = graph.getArrForVarName(name));
        plan.fed.forEach((slot, name) -> {
            slots[slot] = feed.get(name);
            if (slots[slot] == null) {
                throw new IllegalArgumentException("no array for the placeholder " + name);
            }
        });
        long begin = System.nanoTime();
        long[] ends = new long[plan.slots];
        Arrays.fill(ends, begin);
        for (Step step : plan.steps) {
            long start = System.nanoTime();
            run(step, slots);
            long end = System.nanoTime();
            for (int slot : step.out) {
                ends[slot] = end;
            }
            times.merge(step.op.opName(), time(step, slots, (end - start) / 1e9), OpTime::plus);
            for (int slot : step.lastUses) {
                pool.give(slots[slot]);
                slots[slot] = null;
            }
        }
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        Map<String, Double> seconds = new HashMap<>();
        Set<INDArray> pooled = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < outputs.size(); i++) {
            int slot = plan.outputs[i];
            arrays.put(outputs.get(i), slots[slot]);
            seconds.put(outputs.get(i), (ends[slot] - begin) / 1e9);
            if (!plan.stored.containsKey(slot) && !plan.fed.containsKey(slot)) {
                pooled.add(slots[slot]);
            }
        }
        return new Result(arrays, seconds, pooled);
    }

    private static OpTime time(Step step, INDArray[] slots, double seconds) {
        double operations = 0;
        if (step.op instanceof OwnOp own) {
            operations = own.operations(arrays(step.in, slots));
        }
        double bytes = bytes(step.in, slots) + bytes(step.out, slots);
        return new OpTime(1, seconds, operations, bytes);
    }

    private static double bytes(int[] numbers, INDArray[] slots) {
        double bytes = 0;
        for (int number : numbers) {
            bytes += (double) slots[number].length() * slots[number].dataType().width();
        }
        return bytes;
    }

    private static INDArray[] arrays(int[] numbers, INDArray[] slots) {
        INDArray[] arrays = new INDArray[numbers.length];
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = slots[numbers[i]];
        }
        return arrays;
    }

    /** The names of the ops that run for these outputs, in order. */
    public List<String> opsFor(List<String> outputs) {
        return planFor(outputs, Set.of()).steps.stream()
                .map(step -> step.op.opName())
                .toList();
    }

    /** What each kind of op has taken since the last call of this method, by name. */
    public Map<String, OpTime> takeTimes() {
        Map<String, OpTime> taken = new TreeMap<>(times);
        times.clear();
        return taken;
    }

    private Plan planFor(List<String> outputs, Set<String> fed) {
        Set<String> given = fed.stream().filter(this::isComputed).collect(Collectors.toUnmodifiableSet());
        return plans.computeIfAbsent(new Request(List.copyOf(outputs), given), this::plan);
    }

    private boolean isComputed(String variable) {
        return graph.hasVariable(variable) && graph.getVariable(variable).getVariableType() == VariableType.ARRAY;
    }

    /** How many arrays the memory that nobody uses now is for. */
    int pooledBuffers() {
        return pool.size();
    }

    /** Gives all pooled memory back, and that of open results when they are closed. */
    @Override
    public void close() {
        pool.close();
    }

    private void run(Step step, INDArray[] slots) {
        INDArray[] in = arrays(step.in, slots);
        if (step.op instanceof OwnOp own && kernels != null) {
            List<long[]> shapes = own.outputShapes(in);
            INDArray[] out = new INDArray[step.out.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = slots[step.out[i]] = pool.take(step.outTypes[i], shapes.get(i));
            }
            kernels.run(own, in, out);
        } else if (step.op instanceof DynamicCustomOp custom) {
            runCustom(custom, step, in, slots);
        } else {
            runLegacy(step, in, slots);
        }
    }

    private void runCustom(DynamicCustomOp op, Step step, INDArray[] in, INDArray[] slots) {
        OpContext context = step.context;
        context.setArgs(in, op.iArgs(), op.dArgs(), op.tArgs(), op.bArgs());
        List<LongShapeDescriptor> shapes = op.calculateOutputShape(context);
        for (int i = 0; i < step.out.length; i++) {
            slots[step.out[i]] = pool.take(step.outTypes[i], shapes.get(i).getShape());
            context.setOutputArray(i, slots[step.out[i]]);
        }
        Nd4j.exec(op, context);
        context.purge();
    }

    private void runLegacy(Step step, INDArray[] in, INDArray[] slots) {
        OpContext context = step.context;
        for (int i = 0; i < in.length; i++) {
            context.setInputArray(i, in[i]);
        }
        LongShapeDescriptor shape =
                ((BaseOp) step.op).calculateOutputShape(context).get(0);
        slots[step.out[0]] = pool.take(step.outTypes[0], shape.getShape());
        context.setOutputArray(0, slots[step.out[0]]);
        Nd4j.exec((Op) step.op, context);
        context.purge();
    }

    private Plan plan(Request request) {
        List<String> outputs = request.outputs;
        Slots slots = new Slots();
        List<Step> withoutLastUses = new ArrayList<>();
        for (String name : OpOrder.of(graph, outputs, request.given)) {
            SameDiffOp op = graph.getOps().get(name);
            List<String> computed = op.getOutputsOfOp();
            if (op.getOp() instanceof OwnOp own && own.passesInput()) {
                int passed = computed.size() - 1;
                slots.share(computed.get(passed), op.getInputsToOp().get(0));
                computed = computed.subList(0, passed);
            }
            if (computed.isEmpty()) {
                continue;
            }
            withoutLastUses.add(new Step(
                    op.getOp(),
                    Nd4j.getExecutioner().buildContext(),
                    slots.of(OpOrder.inputs(op)),
                    slots.of(computed),
                    computed.stream()
                            .map(out -> graph.getVariable(out).dataType())
                            .toArray(DataType[]::new),
                    new int[0]));
        }
        int[] outputSlots = slots.of(outputs);
        Map<Integer, String> stored = new LinkedHashMap<>();
        Map<Integer, String> fed = new LinkedHashMap<>();
        slots.numbers.forEach((name, slot) -> {
            VariableType type = graph.getVariable(name).getVariableType();
            if (type == VariableType.PLACEHOLDER || request.given.contains(name)) {
                fed.put(slot, name);
            } else if (type != VariableType.ARRAY) {
                stored.put(slot, name);
            }
        });
        Set<Integer> ended = new HashSet<>(stored.keySet());
        ended.addAll(fed.keySet());
        Arrays.stream(outputSlots).forEach(ended::add);
        ArrayDeque<Step> steps = new ArrayDeque<>();
        for (int i = withoutLastUses.size() - 1; i >= 0; i--) {
            Step step = withoutLastUses.get(i);
            int[] lastUses = Stream.of(step.in, step.out)
                    .flatMapToInt(Arrays::stream)
                    .filter(ended::add)
                    .toArray();
            steps.push(new Step(step.op, step.context, step.in, step.out, step.outTypes, lastUses));
        }
        return new Plan(List.copyOf(steps), slots.count, stored, fed, outputSlots);
    }

    /** Numbers for the variables of a plan. */
    private static final class Slots {
        private final Map<String, Integer> numbers = new LinkedHashMap<>();
        private int count;

        int of(String variable) {
            return numbers.computeIfAbsent(variable, name -> count++);
        }

        int[] of(List<String> variables) {
            return variables.stream().mapToInt(this::of).toArray();
        }

        void share(String alias, String variable) {
            numbers.put(alias, of(variable));
        }
    }

    /** The variable that holds the gradient of a loss with respect to a variable, once the gradient function exists. */
    public static String gradientName(SameDiff graph, String variable) {
        SDVariable gradient = graph.getVariable(variable).getGradient();
        if (gradient == null) {
            throw new IllegalArgumentException("the loss does not depend on " + variable);
        }
        return gradient.name();
    }
}
