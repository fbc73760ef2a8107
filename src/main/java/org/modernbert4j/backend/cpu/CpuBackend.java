package org.modernbert4j.backend.cpu;

import static java.util.Map.entry;

import com.google.auto.service.AutoService;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.AdamWUpdate;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.BackendProvider;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.nd4j.HostMemory;
import org.modernbert4j.backend.nd4j.Nd4jBackend;
import org.modernbert4j.backend.nd4j.NdArray;
import org.modernbert4j.backend.nd4j.NdBackend;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Java kernels on the CPU, with {@code -Dthreads} threads; without that property, one for each core. */
public final class CpuBackend extends NdBackend {
    /** Opens the backend. */
    @AutoService(BackendProvider.class)
    public static final class Provider implements BackendProvider {
        @Override
        public String name() {
            return "cpu";
        }

        @Override
        public int priority() {
            return 10;
        }

        @Override
        public Optional<String> obstacle() {
            return new Nd4jBackend.Provider()
                    .obstacle()
                    .or(
                            () -> Nd4j.getEnvironment().isCPU()
                                    ? Optional.empty()
                                    : Optional.of(
                                            "ND4J computes on a device, whose arrays Java kernels cannot reach; use --backend"
                                                    + " cuda or nd4j, or set the variable CUDA_VISIBLE_DEVICES to -1 to hide it"));
        }

        @Override
        public Backend open() {
            return new CpuBackend();
        }
    }

    /** The kernel of an op. */
    @FunctionalInterface
    interface Kernel {
        /**
         * Computes the outputs.
         *
         * @param cpu threads and products
         * @param call the op and its attributes
         * @param in its inputs
         * @param out its outputs, with unspecified contents
         */
        void run(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out);
    }

    /** The kernel of each own op, by the op's name. */
    static final Map<String, Kernel> KERNELS = Map.ofEntries(
            entry("modernbert_activation", ActivationKernel::forward),
            entry("modernbert_activation_dx", ActivationKernel::inputGradient),
            entry("modernbert_attention", AttentionKernels::forward),
            entry("modernbert_attention_dx", AttentionKernels::backward),
            entry("modernbert_cross_entropy", CrossEntropyKernel::forward),
            entry("modernbert_cross_entropy_dx", CrossEntropyKernel::logitsGradient),
            entry("modernbert_dropout", ElementKernels::dropout),
            entry("modernbert_embedding", EmbeddingKernel::forward),
            entry("modernbert_embedding_drows", EmbeddingKernel::rowGradients),
            entry("modernbert_geglu", GegluKernel::forward),
            entry("modernbert_geglu_dx", GegluKernel::inputGradient),
            entry("modernbert_layer_norm", LayerNormKernel::forward),
            entry("modernbert_layer_norm_dgamma", LayerNormKernel::gammaGradient),
            entry("modernbert_layer_norm_dx", LayerNormKernel::inputGradient),
            entry("modernbert_layer_norm_fork", LayerNormKernel::forward),
            entry("modernbert_linear", LinearKernel::forward),
            entry("modernbert_linear_db", LinearKernel::biasGradient),
            entry("modernbert_linear_dw", LinearKernel::weightGradient),
            entry("modernbert_linear_dx", LinearKernel::inputGradient),
            entry("modernbert_lstm_scan", LstmKernel::forward),
            entry("modernbert_lstm_scan_dx", LstmKernel::backward),
            entry("modernbert_pool", PoolKernel::forward),
            entry("modernbert_pool_dx", PoolKernel::inputGradient),
            entry("modernbert_residual", ElementKernels::residual),
            entry("modernbert_rounding", ElementKernels::round),
            entry("modernbert_select", EmbeddingKernel::forward),
            entry("modernbert_spread", EmbeddingKernel::spread));

    /** Threads that share each op's work. */
    final Workers workers;

    /** Products of float32 matrices, each by one worker. */
    final Gemm<FloatBuffer> float32 = Float32Gemm.ofProcess(false);

    /** Products of float32 matrices whose rows are shared by workers. */
    final Float32Gemm float32OfRows = Float32Gemm.ofProcess(true);

    private Bfloat16Gemm bfloat16;

    /** Starts the threads. */
    public CpuBackend() {
        this(Integer.getInteger("threads", Runtime.getRuntime().availableProcessors()));
    }

    CpuBackend(int threads) {
        super("cpu", new HostMemory(false));
        workers = new Workers(threads);
    }

    /**
     * Products of bfloat16 matrices, loaded on first use because not every platform has them.
     *
     * @throws LinkageError if the library has no build for this platform
     * @throws IllegalStateException if the processor has no such products
     */
    synchronized Bfloat16Gemm bfloat16() {
        if (bfloat16 == null) {
            bfloat16 = new Bfloat16Gemm();
        }
        return bfloat16;
    }

    @Override
    public String description() {
        return workers.count() + " threads, " + RowMath.fastest().description() + "; matrix products by "
                + float32OfRows.description();
    }

    @Override
    public boolean hasKernels() {
        return true;
    }

    @Override
    public void require(Precision precision) {
        if (precision == Precision.BFLOAT16) {
            try {
                bfloat16();
            } catch (LinkageError | IllegalStateException e) {
                throw new InputException(
                        "precision bfloat16: this machine has no such products (" + e.getMessage() + "); use float32",
                        e);
            }
        }
    }

    @Override
    public void run(OpCall call, Array[] in, Array[] out) {
        Kernel kernel = KERNELS.get(call.op());
        if (kernel == null) {
            throw new IllegalStateException("backend cpu has no kernel for " + call.op());
        }
        NdArray[] inputs = Arrays.copyOf(in, in.length, NdArray[].class);
        NdArray[] outputs = Arrays.copyOf(out, out.length, NdArray[].class);
        try {
            kernel.run(this, call, inputs, outputs);
        } finally { // ND4J frees the memory of an array that nothing refers to; a kernel may refer to the memory alone
            Reference.reachabilityFence(inputs);
            Reference.reachabilityFence(outputs);
        }
    }

    static FloatBuffer memory(Array array) {
        return ((NdArray) array).floats();
    }

    @Override
    public double norm(List<Array> arrays) {
        double squares = 0;
        for (Array x : arrays) {
            try {
                squares += NormKernel.squares(workers, memory(x), Math.toIntExact(x.length()));
            } finally {
                Reference.reachabilityFence(x);
            }
        }
        return Math.sqrt(squares);
    }

    @Override
    public Array addRows(Array first, Array second, Occurrences occurrences) {
        int width = first.columns();
        int split = first.rows() * width;
        Array both = take(DataType.FLOAT, first.rows() + second.rows(), width);
        memory(both).put(0, memory(first), 0, split).put(split, memory(second), 0, second.rows() * width);
        Array sums = allocate(DataType.FLOAT, occurrences.ids().length, width);
        try {
            EmbeddingKernel.addRows(workers, memory(both), occurrences, memory(sums), width);
        } finally {
            give(both);
            Reference.reachabilityFence(sums);
        }
        return sums;
    }

    @Override
    public void adamW(List<AdamWUpdate> updates) {
        try {
            for (AdamWUpdate update : updates) {
                AdamWKernel.of(update.weight(), update.mean(), update.meanSquare())
                        .update(
                                workers,
                                memory(update.gradient()),
                                Math.toIntExact(update.weight().length()),
                                update.step());
            }
        } finally {
            Reference.reachabilityFence(updates);
        }
    }

    @Override
    public AdamWTable adamWTable(Array weight, Array mean, Array meanSquare) {
        return new LazyRows(workers, AdamWKernel.of(weight, mean, meanSquare), weight.rows(), weight.columns());
    }

    @Override
    public void close() {
        super.close();
        workers.close();
    }
}
