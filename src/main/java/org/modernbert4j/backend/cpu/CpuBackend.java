package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.BackendProvider;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.nd4j.HostMemory;
import org.modernbert4j.backend.nd4j.NdArray;
import org.modernbert4j.backend.nd4j.NdBackend;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Java kernels on the CPU, with as many threads as {@code -Dthreads} says or the machine has cores. */
public final class CpuBackend extends NdBackend {
    /** Makes it. */
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
            return loadObstacle()
                    .or(() -> Nd4j.getEnvironment().isCPU()
                            ? Optional.empty()
                            : Optional.of("ND4J runs on "
                                    + Nd4j.getBackend().getClass().getSimpleName()
                                    + ", whose arrays Java kernels cannot reach; take it off the class path"));
        }

        @Override
        public Backend open() {
            return new CpuBackend();
        }
    }

    private final Map<String, CpuKernel> kernels = new HashMap<>();
    private final CpuContext cpu =
            new CpuContext(Integer.getInteger("threads", Runtime.getRuntime().availableProcessors()));

    /** Starts the threads. */
    public CpuBackend() {
        super("cpu", new HostMemory(false));
        ServiceLoader.load(CpuKernels.class, CpuKernels.class.getClassLoader())
                .forEach(some -> kernels.putAll(some.byOp()));
    }

    /** The threads that share the work of each op. */
    Workers workers() {
        return cpu.workers();
    }

    @Override
    public boolean hasKernels() {
        return true;
    }

    @Override
    public void require(Precision precision) {
        if (precision == Precision.BFLOAT16) {
            try {
                cpu.bfloat16();
            } catch (LinkageError | IllegalStateException e) {
                throw new InputException(
                        "precision bfloat16: this machine has no such products (" + e.getMessage() + "); use float32",
                        e);
            }
        }
    }

    @Override
    public void run(OpCall call, Array[] in, Array[] out) {
        CpuKernel kernel = kernels.get(call.op());
        if (kernel == null) {
            throw new IllegalStateException("backend cpu has no kernel for " + call.op());
        }
        kernel.run(
                cpu,
                call,
                Arrays.copyOf(in, in.length, NdArray[].class),
                Arrays.copyOf(out, out.length, NdArray[].class));
    }

    private static FloatBuffer memory(Array array) {
        return ((NdArray) array).floats();
    }

    @Override
    public Array addRows(Array first, Array second, Occurrences occurrences) {
        int width = first.columns();
        int split = first.rows() * width;
        Array both = take(DataType.FLOAT, first.rows() + second.rows(), width);
        memory(both).put(0, memory(first), 0, split).put(split, memory(second), 0, second.rows() * width);
        Array sums = allocate(DataType.FLOAT, occurrences.ids().length, width);
        EmbeddingKernel.rowGradients(workers(), memory(both), occurrences, memory(sums), width);
        give(both);
        return sums;
    }

    @Override
    public void adamW(Array weight, Array mean, Array meanSquare, Array gradient, AdamWStep step) {
        AdamWKernel.update(
                workers(),
                memory(weight),
                memory(mean),
                memory(meanSquare),
                memory(gradient),
                Math.toIntExact(weight.length()),
                step);
    }

    @Override
    public AdamWTable adamWTable(Array weight, Array mean, Array meanSquare) {
        return new LazyRows(workers(), (NdArray) weight, (NdArray) mean, (NdArray) meanSquare);
    }

    @Override
    public void close() {
        super.close();
        cpu.close();
    }
}
