package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.BackendProvider;
import org.modernbert4j.backend.nd4j.Nd4jBackend;
import org.modernbert4j.backend.nvidia.Survey;

/** The backend {@code cuda} for tests: on a device where there is one, otherwise on the CPU. */
public final class TestDevice implements BackendProvider {
    /** Skips the test, with the reason, where neither is possible. */
    public static void orSkip() {
        String obstacle = new TestDevice().obstacle().orElse(null);
        assumeTrue(obstacle == null, obstacle);
    }

    @Override
    public String name() {
        return "cuda-test";
    }

    @Override
    public int priority() {
        return -2;
    }

    @Override
    public Optional<String> obstacle() {
        return new Nd4jBackend.Provider().obstacle().or(() -> isReal() ? Optional.empty() : DriverOnCpu.obstacle());
    }

    /** Whether it is a device. */
    public static boolean isReal() {
        return new CudaBackend.Provider().obstacle().isEmpty();
    }

    @Override
    public Backend open() {
        return open(isReal());
    }

    /**
     * Opens the backend.
     *
     * @param withCublasLt whether cuBLASLt, or its stand-in, computes the products
     */
    static CudaBackend open(boolean withCublasLt) {
        Device device = new Device(library());
        return new CudaBackend("cuda-test", device, new CublasLt(device, withCublasLt ? cublasLt() : List.of()));
    }

    /**
     * Limits the memory of the stand-in. The test is skipped where there is none.
     *
     * @param bytes room beside what is in use; negative for no limit
     */
    public static void leave(long bytes) {
        orSkip();
        assumeFalse(isReal(), "a device has the memory that it has");
        NativeLibrary.getInstance(library()).getFunction("cuda_on_cpu_leave").invoke(new Object[] {bytes});
    }

    private static String library() {
        try {
            return isReal() ? Survey.DRIVER : DriverOnCpu.library().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where cuBLASLt is looked for. The library of the stand-in for the driver has one for it, too. */
    static List<String> cublasLt() {
        return isReal() ? CublasLt.candidates() : List.of(library());
    }
}
