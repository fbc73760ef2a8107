package org.modernbert4j.backend.cuda;

import static java.util.Map.entry;

import com.google.auto.service.AutoService;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.AdamWUpdate;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.BackendProvider;
import org.modernbert4j.backend.MemoryPool;
import org.modernbert4j.backend.Moment;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.PeakRates;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.nd4j.Nd4jBackend;
import org.modernbert4j.backend.nvidia.Card;
import org.modernbert4j.backend.nvidia.Survey;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Kernels of our own on an NVIDIA device, whose memory holds all arrays. */
public final class CudaBackend implements Backend {
    /** Opens the backend. */
    @AutoService(BackendProvider.class)
    public static final class Provider implements BackendProvider {
        @Override
        public String name() {
            return "cuda";
        }

        @Override
        public int priority() {
            return 20;
        }

        @Override
        public boolean isExpected() {
            return Survey.of(Survey.DRIVER).card().isPresent();
        }

        /** Graphs need ND4J's library, too, though it computes nothing then. */
        @Override
        public Optional<String> obstacle() {
            return Device.obstacle(Survey.DRIVER).or(() -> new Nd4jBackend.Provider().obstacle());
        }

        @Override
        public Backend open() {
            List<String> cublasLt = CublasLt.candidates();
            Device device = new Device(Survey.DRIVER);
            try {
                return new CudaBackend(name(), device, new CublasLt(device, cublasLt));
            } catch (RuntimeException e) {
                device.close();
                throw e;
            }
        }
    }

    /** Launches the kernels of an op. */
    @FunctionalInterface
    interface Kernel {
        /**
         * Computes the outputs.
         *
         * @param cuda the device and its memory
         * @param call the op and its attributes
         * @param in its inputs
         * @param out its outputs, with unspecified contents
         */
        void run(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out);
    }

    /** The kernels of each own op, by the op's name. */
    static final Map<String, Kernel> KERNELS = Map.ofEntries(
            entry("modernbert_activation", ActivationKernels::forward),
            entry("modernbert_activation_dx", ActivationKernels::inputGradient),
            entry("modernbert_attention", AttentionKernels::forward),
            entry("modernbert_attention_dx", AttentionKernels::backward),
            entry("modernbert_cross_entropy", LossKernels::crossEntropy),
            entry("modernbert_cross_entropy_dx", LossKernels::crossEntropyGradient),
            entry("modernbert_dropout", ElementKernels::dropout),
            entry("modernbert_embedding", RowKernels::gather),
            entry("modernbert_embedding_drows", RowKernels::rowGradients),
            entry("modernbert_geglu", ActivationKernels::geglu),
            entry("modernbert_geglu_dx", ActivationKernels::gegluGradient),
            entry("modernbert_layer_norm", NormKernels::forward),
            entry("modernbert_layer_norm_dgamma", NormKernels::gammaGradient),
            entry("modernbert_layer_norm_dx", NormKernels::inputGradient),
            entry("modernbert_layer_norm_fork", NormKernels::forward),
            entry("modernbert_linear", LinearKernels::forward),
            entry("modernbert_linear_db", LinearKernels::biasGradient),
            entry("modernbert_linear_dw", LinearKernels::weightGradient),
            entry("modernbert_linear_dx", LinearKernels::inputGradient),
            entry("modernbert_lstm_scan", LstmKernels::forward),
            entry("modernbert_lstm_scan_dx", LstmKernels::backward),
            entry("modernbert_pool", TextKernels::pool),
            entry("modernbert_pool_dx", TextKernels::poolGradient),
            entry("modernbert_residual", ElementKernels::residual),
            entry("modernbert_rounding", LinearKernels::round),
            entry("modernbert_select", RowKernels::gather),
            entry("modernbert_spread", RowKernels::spread));

    /** The ops whose results are mostly operands of products. */
    private static final Set<String> ROUNDING = Set.of(
            "modernbert_attention",
            "modernbert_attention_dx",
            "modernbert_geglu",
            "modernbert_geglu_dx",
            "modernbert_layer_norm",
            "modernbert_layer_norm_dx",
            "modernbert_layer_norm_fork");

    /** The least compute capability with bfloat16 products. */
    private static final int BFLOAT16_CAPABILITY = 80;

    final Device device;
    final CublasLt cublasLt;
    private final String name;
    private Backend host;
    private final MemoryPool<DeviceMemory> pool = new MemoryPool<>(bytes -> allocated(bytes, true), this::release);
    private long unpooledBytes;
    private long mostBytes;

    /**
     * @param name its name on the command line
     * @param device with nothing on it
     * @param cublasLt computes the products, if it can
     */
    CudaBackend(String name, Device device, CublasLt cublasLt) {
        this.name = name;
        this.device = device;
        this.cublasLt = cublasLt;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return device.description() + "; matrix products by " + cublasLt.description();
    }

    @Override
    public boolean hasKernels() {
        return true;
    }

    @Override
    public void require(Precision precision) {
        if (precision == Precision.BFLOAT16 && device.capability() < BFLOAT16_CAPABILITY) {
            throw new InputException("precision bfloat16: " + device.name() + " has compute capability "
                    + Card.dotted(device.capability()) + ", such products need " + Card.dotted(BFLOAT16_CAPABILITY)
                    + "; use float32");
        }
    }

    // memory

    private DeviceMemory allocated(long bytes, boolean pooled) {
        long address = device.allocate(bytes);
        if (address == 0) {
            pool.release();
            address = device.allocate(bytes);
        }
        if (address == 0) {
            throw device.outOfMemory(bytes, pool.held());
        }
        return new DeviceMemory(address, bytes, pooled);
    }

    /** Memory of an array; null if it has no elements. */
    private DeviceMemory taken(long bytes, boolean pooled) {
        if (bytes == 0) {
            return null;
        }
        DeviceMemory memory = pooled ? pool.take(bytes) : allocated(bytes, false);
        unpooledBytes += pooled ? 0 : bytes;
        mostBytes = Math.max(mostBytes, unpooledBytes + pool.held());
        return memory;
    }

    private void release(DeviceMemory memory) {
        device.free(memory.address());
    }

    /** Returns memory to where it came from; the work so far may still use it. */
    void give(DeviceMemory memory) {
        if (memory.pooled()) {
            pool.give(memory, memory.bytes());
        } else {
            release(memory);
            unpooledBytes -= memory.bytes();
        }
    }

    private static long count(long[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    @Override
    public CudaArray allocate(DataType type, long... shape) {
        return new CudaArray(this, taken(count(shape) * type.width(), false), type, null, shape);
    }

    @Override
    public CudaArray zeros(DataType type, long... shape) {
        CudaArray array = allocate(type, shape);
        fill(array, (byte) 0);
        return array;
    }

    /** Gives all bytes of an array a value. */
    void fill(CudaArray array, byte value) {
        if (array.bytes() > 0) {
            device.fill(array.address(), value, array.bytes());
        }
    }

    @Override
    public CudaArray copy(Array array) {
        CudaArray from = (CudaArray) array;
        CudaArray copy = take(from.type(), from.shape());
        if (from.bytes() > 0) {
            device.copy(from.address(), copy.address(), from.bytes());
        }
        return copy;
    }

    @Override
    public CudaArray take(DataType type, long... shape) {
        return new CudaArray(this, taken(count(shape) * type.width(), true), type, null, shape);
    }

    @Override
    public void give(Array array) {
        array.close();
    }

    private static ByteBuffer host(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    @Override
    public CudaArray upload(int... values) {
        ByteBuffer bytes = host(values.length * (long) Integer.BYTES);
        bytes.asIntBuffer().put(values);
        return upload(bytes, DataType.INT32, values.clone(), values.length);
    }

    @Override
    public CudaArray upload(long... values) {
        ByteBuffer bytes = host(values.length * (long) Long.BYTES);
        bytes.asLongBuffer().put(values);
        return upload(bytes, DataType.INT64, null, values.length);
    }

    @Override
    public CudaArray upload(float[] values, long... shape) {
        ByteBuffer bytes = host(values.length * (long) Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return upload(bytes, DataType.FLOAT, null, shape);
    }

    private CudaArray upload(ByteBuffer bytes, DataType type, int[] integers, long... shape) {
        CudaArray array = new CudaArray(this, taken(bytes.remaining(), true), type, integers, shape);
        device.upload(bytes, array.address());
        return array;
    }

    @Override
    public FloatBuffer read(Array array) {
        CudaArray from = (CudaArray) array;
        if (from.type() != DataType.FLOAT) {
            throw new IllegalArgumentException("expected FLOAT, found " + from.type());
        }
        ByteBuffer bytes = host(from.bytes());
        device.download(from.address(), bytes);
        return bytes.rewind().asFloatBuffer();
    }

    @Override
    public void write(Array array, Consumer<FloatBuffer> fill) {
        CudaArray to = (CudaArray) array;
        ByteBuffer bytes = host(to.bytes());
        fill.accept(bytes.asFloatBuffer());
        device.upload(bytes, to.address());
    }

    @Override
    public int[] integers(Array array) {
        return ((CudaArray) array).integers();
    }

    @Override
    public Array adopt(INDArray array) {
        Array onHost = host().adopt(array);
        return fromHost(onHost, allocate(onHost.type(), onHost.shape()));
    }

    @Override
    public Optional<INDArray> shared(Array array) {
        return Optional.empty();
    }

    // ops

    @Override
    public Set<String> roundingOps() {
        return ROUNDING;
    }

    @Override
    public void run(OpCall call, Array[] in, Array[] out) {
        Kernel kernel = KERNELS.get(call.op());
        if (kernel == null) {
            throw new IllegalStateException("backend " + name + " has no kernel for " + call.op());
        }
        kernel.run(
                this,
                call,
                Arrays.copyOf(in, in.length, CudaArray[].class),
                Arrays.copyOf(out, out.length, CudaArray[].class));
    }

    @Override
    public Array[] run(DifferentialFunction op, Array[] in) {
        switch (op.opName()) {
            case "add" -> {
                CudaArray sum = take(DataType.FLOAT, in[0].shape());
                ElementKernels.add(this, (CudaArray) in[0], (CudaArray) in[1], sum);
                return new Array[] {sum};
            }
            case "ones_as" -> {
                CudaArray ones = take(DataType.FLOAT, in[0].shape());
                ElementKernels.fill(this, 1, ones);
                return new Array[] {ones};
            }
            default -> {
                return onHost(op, in);
            }
        }
    }

    /** Runs an op that has no kernel here by ND4J on the host, with copies. The networks of this library have no such op. */
    private Array[] onHost(DifferentialFunction op, Array[] in) {
        Array[] copies =
                Arrays.stream(in).map(array -> toHost((CudaArray) array)).toArray(Array[]::new);
        Array[] results = host().run(op, copies);
        Array[] out = Arrays.stream(results)
                .map(result -> fromHost(result, take(result.type(), result.shape())))
                .toArray(Array[]::new);
        Arrays.stream(results).forEach(host()::give);
        Arrays.stream(copies).forEach(Array::close);
        return out;
    }

    private Backend host() {
        if (host == null) {
            host = new Nd4jBackend.Provider().open();
        }
        return host;
    }

    private Array toHost(CudaArray array) {
        if (array.type() == DataType.INT32) {
            return host().upload(array.integers());
        }
        float[] values = new float[Math.toIntExact(array.length())];
        read(array).get(values);
        return host().upload(values, array.shape());
    }

    private Array fromHost(Array from, CudaArray to) {
        if (from.type() != DataType.FLOAT) {
            throw new IllegalStateException("backend " + name + " cannot take an array of " + from.type());
        }
        write(to, memory -> memory.put(host().read(from)));
        return to;
    }

    /** The elements of a float64 array. */
    double[] doubles(CudaArray array) {
        ByteBuffer bytes = host(array.bytes());
        device.download(array.address(), bytes);
        double[] values = new double[Math.toIntExact(array.length())];
        bytes.rewind().asDoubleBuffer().get(values);
        return values;
    }

    // arithmetic

    @Override
    public double norm(List<Array> arrays) {
        return OptimizerKernels.norm(
                this, arrays.stream().map(CudaArray.class::cast).toList());
    }

    @Override
    public Moment moment() {
        return device.moment();
    }

    @Override
    public Map<String, Long> counts() {
        return device.counts();
    }

    @Override
    public Optional<PeakRates> peakRates() {
        return device.peakRates();
    }

    @Override
    public OptionalLong mostDeviceBytes() {
        return OptionalLong.of(mostBytes);
    }

    @Override
    public void add(double a, Array x, double b, Array y) {
        ElementKernels.add(this, a, (CudaArray) x, b, (CudaArray) y);
    }

    @Override
    public Array addRows(Array first, Array second, Occurrences occurrences) {
        CudaArray sums = take(DataType.FLOAT, occurrences.ids().length, first.columns());
        RowKernels.sum(this, (CudaArray) first, (CudaArray) second, occurrences, null, sums);
        return sums;
    }

    @Override
    public Array spread(int[] rows, Array values, int entries) {
        CudaArray table = take(DataType.FLOAT, entries, values.columns());
        RowKernels.spread(this, rows, (CudaArray) values, table);
        return table;
    }

    @Override
    public void adamW(List<AdamWUpdate> updates) {
        OptimizerKernels.adamW(this, updates);
    }

    @Override
    public AdamWTable adamWTable(Array weight, Array mean, Array meanSquare) {
        return OptimizerKernels.table(this, (CudaArray) weight, (CudaArray) mean, (CudaArray) meanSquare);
    }

    @Override
    public void release() {
        pool.release();
    }

    @Override
    public void close() {
        if (host != null) {
            host.close();
        }
        pool.close();
        cublasLt.close();
        device.close();
    }
}
