package org.modernbert4j.backend.nd4j;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** What the backends with ND4J's arrays share: memory, ND4J's ops and simple arithmetic. */
public abstract class NdBackend implements Backend {
    private final String name;
    private final HostMemory memory;
    final BufferPool pool = new BufferPool();
    private final StockOps stock = new StockOps(pool);

    /**
     * @param name its name on the command line
     * @param memory the host's access to arrays
     */
    protected NdBackend(String name, HostMemory memory) {
        this.name = name;
        this.memory = memory;
    }

    @Override
    public String name() {
        return name;
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
    public double norm(List<Array> arrays) {
        double squares = 0;
        for (Array x : arrays) {
            if (x.length() > 0) {
                try (INDArray wide =
                        nd(x).castTo(DataType.DOUBLE)) { // a sum in float32 would be off in the third digit
                    double norm = wide.norm2Number().doubleValue();
                    squares += norm * norm;
                }
            }
        }
        return Math.sqrt(squares);
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
    static void addTo(INDArray table, int[] rows, INDArray values) {
        if (rows.length > 0) {
            try (INDArray numbers = Nd4j.createFromArray(rows)) {
                Nd4j.exec(DynamicCustomOp.builder("scatter_add")
                        .addInputs(table, numbers, values)
                        .addOutputs(table)
                        .build());
            }
        }
    }

    static INDArray nd(Array array) {
        return ((NdArray) array).array();
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
