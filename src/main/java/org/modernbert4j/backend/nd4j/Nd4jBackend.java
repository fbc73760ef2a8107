package org.modernbert4j.backend.nd4j;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.BackendProvider;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Precision;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A backend of ND4J's arrays and ops, on the device of ND4J's own backend. Arrays on a device stay there. Subclasses override what
 * they compute faster.
 */
public class Nd4jBackend implements Backend {
    /** Opens the backend. */
    @AutoService(BackendProvider.class)
    public static class Provider implements BackendProvider {
        @Override
        public String name() {
            return "nd4j";
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Optional<String> obstacle() {
            try {
                Nd4j.getBackend();
                return Optional.empty();
            } catch (LinkageError e) {
                return Optional.of(
                        "ND4J finds no backend that works on this machine; put nd4j-native on the class path");
            }
        }

        @Override
        public Backend open() {
            return new Nd4jBackend(name(), new HostMemory(false));
        }
    }

    private final String name;
    private final HostMemory memory;
    final BufferPool pool = new BufferPool();
    private final StockOps stock = new StockOps(pool);

    /**
     * @param name its name on the command line
     * @param memory the host's access to arrays
     */
    public Nd4jBackend(String name, HostMemory memory) {
        this.name = name;
        this.memory = memory;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean hasKernels() {
        return false;
    }

    @Override
    public void require(Precision precision) {
        if (precision != Precision.FLOAT32) {
            throw new InputException("precision " + precision + ": backend " + name()
                    + " has only float32; use that or another backend");
        }
    }

    @Override
    public void run(OpCall call, Array[] in, Array[] out) {
        throw new IllegalStateException("backend " + name() + " has no kernel for " + call.op());
    }

    @Override
    public Array allocate(DataType type, long... shape) {
        return new NdArray(Nd4j.createUninitialized(type, shape));
    }

    @Override
    public Array zeros(DataType type, long... shape) {
        return new NdArray(Nd4j.zeros(type, shape));
    }

    @Override
    public Array copy(Array array) {
        return new NdArray(nd(array).dup());
    }

    @Override
    public Array take(DataType type, long... shape) {
        return pool.take(type, shape);
    }

    @Override
    public void give(Array array) {
        pool.give((NdArray) array);
    }

    @Override
    public Array upload(int... values) {
        return new NdArray(Nd4j.createFromArray(values), values.length);
    }

    @Override
    public Array upload(long... values) {
        return new NdArray(Nd4j.createFromArray(values), values.length);
    }

    @Override
    public Array upload(float[] values, long... shape) {
        return new NdArray(Nd4j.createFromArray(values).reshape(shape));
    }

    @Override
    public FloatBuffer read(Array array) {
        return memory.read((NdArray) array);
    }

    @Override
    public void write(Array array, Consumer<FloatBuffer> fill) {
        memory.write((NdArray) array, fill);
    }

    @Override
    public int[] integers(Array array) {
        return ((NdArray) array).integers();
    }

    @Override
    public Array adopt(INDArray array) {
        return new NdArray(array);
    }

    @Override
    public Optional<INDArray> shared(Array array) {
        return Optional.of(nd(array));
    }

    @Override
    public Array[] run(DifferentialFunction op, Array[] in) {
        INDArray[] arrays = new INDArray[in.length];
        for (int i = 0; i < in.length; i++) {
            arrays[i] = nd(in[i]);
        }
        return stock.run(op, arrays);
    }

    @Override
    public double norm(Array x) {
        return nd(x).norm2Number().doubleValue();
    }

    @Override
    public void add(double a, Array x, double b, Array y) {
        INDArray sum = nd(y);
        if (b != 1) {
            sum.muli(b);
        }
        if (a == 1) {
            sum.addi(nd(x));
        } else {
            try (INDArray scaled = nd(x).mul(a)) {
                sum.addi(scaled);
            }
        }
    }

    @Override
    public Array spread(int[] rows, Array values, int entries) {
        int width = values.columns();
        INDArray table = Nd4j.zeros(DataType.FLOAT, entries, width);
        addTo(table, rows, nd(values));
        return new NdArray(table);
    }

    /** Adds values to the rows of a table with these numbers, in place. Each number occurs once. */
    private static void addTo(INDArray table, int[] rows, INDArray values) {
        if (rows.length > 0) {
            try (INDArray numbers = Nd4j.createFromArray(rows)) {
                Nd4j.exec(DynamicCustomOp.builder("scatter_add")
                        .addInputs(table, numbers, values)
                        .addOutputs(table)
                        .build());
            }
        }
    }

    private static INDArray nd(Array array) {
        return ((NdArray) array).array();
    }

    @Override
    public Array addRows(Array first, Array second, Occurrences occurrences) {
        int[] numbers = new int[occurrences.places().length];
        for (int id = 0; id < occurrences.ids().length; id++) {
            for (int i = occurrences.starts()[id]; i < occurrences.starts()[id + 1]; i++) {
                numbers[occurrences.places()[i]] = id;
            }
        }
        int split = first.rows();
        INDArray sums = Nd4j.zeros(DataType.FLOAT, occurrences.ids().length, first.columns());
        addTo(sums, Arrays.copyOf(numbers, split), nd(first));
        addTo(sums, Arrays.copyOfRange(numbers, split, numbers.length), nd(second));
        return new NdArray(sums);
    }

    @Override
    public void adamW(Array weight, Array mean, Array meanSquare, Array gradient, AdamWStep step) {
        INDArray w = nd(weight);
        INDArray m = nd(mean);
        INDArray v = nd(meanSquare);
        double correction1 = 1 - Math.pow(step.beta1(), step.step());
        double correction2 = 1 - Math.pow(step.beta2(), step.step());
        try (INDArray g = nd(gradient).mul(step.gradientScale());
                INDArray work = g.mul(1 - step.beta1())) {
            m.muli(step.beta1()).addi(work);
            g.muli(g).muli(1 - step.beta2());
            v.muli(step.beta2()).addi(g);
            work.assign(v);
            Transforms.sqrt(work, false).divi(Math.sqrt(correction2)).addi(step.eps());
            g.assign(m).divi(work).muli(step.learningRate() / correction1);
            w.muli(1 - step.learningRate() * step.weightDecay()).subi(g);
        }
    }

    @Override
    public AdamWTable adamWTable(Array weight, Array mean, Array meanSquare) {
        return new AdamWTable() {
            @Override
            public void prepare(int[] rows) {} // all rows are up to date after each step

            @Override
            public void update(int[] rows, Array gradient, AdamWStep step) {
                try (Array table = spread(rows, gradient, weight.rows())) {
                    adamW(weight, mean, meanSquare, table, step);
                }
            }

            @Override
            public void flush() {}
        };
    }

    @Override
    public void release() {
        pool.release();
    }

    @Override
    public void close() {
        pool.close();
    }
}
