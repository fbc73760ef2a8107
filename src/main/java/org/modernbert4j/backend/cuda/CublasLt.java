package org.modernbert4j.backend.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.javacpp.Loader;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.cuda.LinearKernels.Product;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Matrix products by NVIDIA's library cuBLASLt, where it is installed or on the class path: they take a third to a tenth of the time of the own kernels.
 * Sums are float32. Each library gives the same bits each time on the same device; another version, or
 * another device, may give others.
 */
final class CublasLt implements AutoCloseable {
    /** The property that names the library's file, or {@link #NONE}. */
    static final String PROPERTY = "cuda.cublaslt";

    /** The property that lets operands of float32 products be rounded to TF32. */
    static final String TF32_PROPERTY = "cuda.tf32";

    /** The property's value for products by the own kernels. */
    static final String NONE = "none";

    /** Its names, latest first. */
    private static final List<String> NAMES = List.of("libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11");

    /** The functions that are called, by direct mapping. Handles and addresses are 64 bits wide; each returns a status. */
    private static final class Api {
        static native int cublasLtGetProperty(int property, int[] value);

        static native int cublasLtCreate(long[] handle);

        static native int cublasLtDestroy(long handle);

        static native int cublasLtMatmulDescCreate(long[] description, int compute, int scaleType);

        static native int cublasLtMatmulDescDestroy(long description);

        static native int cublasLtMatmulDescSetAttribute(long description, int attribute, long value, long size);

        static native int cublasLtMatrixLayoutCreate(long[] layout, int type, long length, long count, long stride);

        static native int cublasLtMatrixLayoutDestroy(long layout);

        static native int cublasLtMatmulPreferenceCreate(long[] preference);

        static native int cublasLtMatmulPreferenceDestroy(long preference);

        static native int cublasLtMatmulPreferenceSetAttribute(long preference, int attribute, long value, long size);

        static native int cublasLtMatmulAlgoGetHeuristic(
                long handle,
                long description,
                long a,
                long b,
                long c,
                long d,
                long preference,
                int wanted,
                long results,
                int[] found);

        static native int cublasLtMatmul(
                long handle,
                long description,
                long alpha,
                long a,
                long layoutA,
                long b,
                long layoutB,
                long beta,
                long c,
                long layoutC,
                long d,
                long layoutD,
                long algorithm,
                long workspace,
                long workspaceSize,
                long stream);

        private Api() {}
    }

    // numbers of library_types.h, cublas_api.h and cublasLt.h
    private static final int MAJOR_VERSION = 0;
    private static final int MINOR_VERSION = 1;
    private static final int PATCH_LEVEL = 2;
    private static final int NOT_SUPPORTED = 15;
    private static final int TYPE_FLOAT = 0;
    private static final int TYPE_BFLOAT16 = 14;
    private static final int COMPUTE_FLOAT = 68;
    private static final int COMPUTE_TF32 = 77;
    private static final int TRANSPOSE_A = 3;
    private static final int TRANSPOSE_B = 4;
    private static final int EPILOGUE = 7;
    private static final int BIAS_POINTER = 8;
    private static final int EPILOGUE_BIAS = 4;
    private static final int MOST_WORKSPACE = 1;

    /** Of a cublasLtMatmulHeuristicResult_t, which begins with the algorithm. */
    private static final long RESULT_BYTES = 96;

    private static final long RESULT_STATUS = 72;

    private static final long WORKSPACE_BYTES = 32 << 20;
    private static final int MOST_PLANS = 1024;

    /** The library of this process, as it was asked for; null before one is found. */
    private static String loaded;

    /** Its file and version. */
    private static String loadedVersion;

    /** What a plan is made for. */
    private record Shape(
            LinearKernels.Form form, DataType type, int m, int n, int k, int strideA, int strideB, boolean bias) {}

    /**
     * How a product is computed.
     *
     * @param algorithm null if the library cannot compute it
     */
    private record Plan(long description, long left, long right, long result, Memory algorithm) {}

    private final Device device;
    private final boolean tf32 = Boolean.getBoolean(TF32_PROPERTY);
    private final String obstacle;
    private long handle;
    private long preference;
    private long workspace;
    private final Memory value = new Memory(Long.BYTES);
    private final Memory one = new Memory(Float.BYTES);
    private final Memory zero = new Memory(Float.BYTES);
    private final Map<Shape, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Loads the first library that can be loaded. Without one, {@link #multiply} computes nothing.
     *
     * @param device computes the products
     * @param candidates names or files; see {@link #candidates}
     */
    CublasLt(Device device, List<String> candidates) {
        this.device = device;
        String obstacle = load(candidates);
        if (obstacle == null) {
            long[] created = new long[1];
            int status = Api.cublasLtCreate(created);
            if (status == 0) {
                handle = created[0];
                prepare();
            } else {
                obstacle = loadedVersion + " does not start: status " + status;
            }
        }
        this.obstacle = obstacle;
    }

    private void prepare() {
        one.setFloat(0, 1);
        zero.setFloat(0, 0);
        workspace = device.allocate(WORKSPACE_BYTES);
        if (workspace == 0) {
            throw device.outOfMemory(WORKSPACE_BYTES, 0);
        }
        long[] created = new long[1];
        check(Api.cublasLtMatmulPreferenceCreate(created));
        preference = created[0];
        value.setLong(0, WORKSPACE_BYTES);
        check(Api.cublasLtMatmulPreferenceSetAttribute(preference, MOST_WORKSPACE, address(value), Long.BYTES));
    }

    // the library

    /** Where the library is looked for, as {@link #PROPERTY} and the environment say. */
    static List<String> candidates() {
        return candidates(System.getProperty(PROPERTY), System.getenv(), Path.of("/"), CublasLt::unpacked);
    }

    /** The file of a library that NVIDIA's redistributables have on the class path; they are unpacked once, where JavaCPP keeps others. */
    private static Optional<String> unpacked(String name) {
        URL library = CublasLt.class.getResource("/org/bytedeco/cuda/" + Loader.getPlatform() + "/" + name);
        try {
            return library == null
                    ? Optional.empty()
                    : Optional.of(Loader.cacheResource(library).toString());
        } catch (IOException e) {
            throw new InputException(
                    name + ": it cannot be unpacked (" + e.getMessage()
                            + "); let -Dorg.bytedeco.javacpp.cachedir name a"
                            + " folder with 1 GB free, or a file with -D" + PROPERTY + "=FILE",
                    e);
        }
    }

    /**
     * Where the library is looked for.
     *
     * @param property the value of {@link #PROPERTY}, or null
     * @param environment variables
     * @param root the folder {@code /}
     * @param unpacked gives the file of a library on the class path, by its name
     * @return names, for the system's own search, files, and those of the class path; none if the property says {@link #NONE}
     */
    static List<String> candidates(
            String property, Map<String, String> environment, Path root, Function<String, Optional<String>> unpacked) {
        if (property != null) {
            return property.equals(NONE) ? List.of() : List.of(property);
        }
        List<String> all = new ArrayList<>(NAMES);
        for (Path folder : folders(environment, root)) {
            for (String name : NAMES) {
                Path file = folder.resolve(name);
                if (Files.exists(file)) {
                    all.add(file.toString());
                }
            }
        }
        NAMES.stream().map(unpacked).flatMap(Optional::stream).forEach(all::add);
        return all;
    }

    private static List<Path> folders(Map<String, String> environment, Path root) {
        List<Path> folders = new ArrayList<>();
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            String folder = environment.get(variable);
            if (folder != null && !folder.isBlank()) {
                folders.add(Path.of(folder, "lib64"));
            }
        }
        List<Path> toolkits = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root.resolve("usr/local"), "cuda*")) {
            found.forEach(toolkits::add);
        } catch (IOException e) {
            // there are none
        }
        toolkits.sort(CublasLt::preferred);
        toolkits.forEach(toolkit -> folders.add(toolkit.resolve("lib64")));
        folders.add(root.resolve("usr/lib/x86_64-linux-gnu"));
        return folders;
    }

    /** {@code cuda} is the toolkit that an administrator prefers; of the others, a later version is better. */
    private static int preferred(Path toolkit, Path other) {
        boolean chosen = toolkit.endsWith("cuda");
        return chosen == other.endsWith("cuda") ? other.compareTo(toolkit) : chosen ? -1 : 1;
    }

    /** Loads the library. A process has one. Returns why there is none, or null. */
    private static synchronized String load(List<String> candidates) {
        if (candidates.isEmpty()) {
            return "-D" + PROPERTY + "=" + NONE;
        }
        if (loaded != null) {
            return candidates.contains(loaded) ? null : "this process has loaded " + loaded;
        }
        String reason = "it is not installed where it is looked for; -D" + PROPERTY + "=FILE before -jar names it";
        for (String candidate : candidates) {
            try {
                NativeLibrary library = NativeLibrary.getInstance(candidate);
                Native.register(Api.class, library);
                File file = library.getFile();
                loadedVersion = version() + " of " + (file == null ? candidate : file);
                loaded = candidate;
                return null;
            } catch (LinkageError e) {
                if (candidates.size() == 1 || candidate.contains("/")) {
                    reason = candidate + " cannot be loaded";
                }
            }
        }
        return reason;
    }

    private static String version() {
        int[] part = new int[1];
        StringBuilder version = new StringBuilder();
        for (int property : new int[] {MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL}) {
            check(Api.cublasLtGetProperty(property, part));
            version.append(version.length() == 0 ? "" : ".").append(part[0]);
        }
        return version.toString();
    }

    /** One line: which library computes the products, or why the own kernels do. */
    String description() {
        return obstacle == null
                ? "cuBLASLt " + loadedVersion + (tf32 ? ", float32 as TF32" : "")
                : "own kernels, which take 3 to 10 times as long as cuBLASLt (" + obstacle + ")";
    }

    // products

    /**
     * Computes a product.
     *
     * @return false if it did nothing, because there is no library or it has no way to compute this product
     */
    boolean multiply(Product p) {
        if (handle == 0 || p.m() == 0 || p.n() == 0 || p.k() == 0) {
            return false;
        }
        Shape shape =
                new Shape(p.form(), p.type(), p.m(), p.n(), p.k(), p.a().stride(), p.b().stride(), p.bias() != null);
        Plan plan = plans.get(shape);
        if (plan == null) {
            plan = plan(p);
            plans.put(shape, plan);
            if (plans.size() > MOST_PLANS) {
                destroy(plans.remove(plans.keySet().iterator().next()));
            }
        }
        if (plan.algorithm() == null) {
            return false;
        }
        run(p, plan);
        return true;
    }

    private void run(Product p, Plan plan) {
        if (p.bias() != null) {
            set(plan.description(), BIAS_POINTER, p.bias().address(), Long.BYTES);
        }
        device.run(
                "cublasLtMatmul " + p.form(),
                stream -> check(Api.cublasLtMatmul(
                        handle,
                        plan.description(),
                        address(one),
                        p.b().array().address(),
                        plan.left(),
                        p.a().array().address(),
                        plan.right(),
                        address(zero),
                        p.c().address(),
                        plan.result(),
                        p.c().address(),
                        plan.result(),
                        address(plan.algorithm()),
                        workspace,
                        WORKSPACE_BYTES,
                        stream)));
    }

    /**
     * The library's matrices are stored by columns: our rows are its columns, so each of our matrices is a transposed one for it,
     * and {@code c = a b} becomes {@code c^T = b^T a^T}. So its first operand is b, and c has n rows, to each of which the epilogue
     * adds a number of the bias.
     */
    private Plan plan(Product p) {
        long[] created = new long[1];
        check(Api.cublasLtMatmulDescCreate(created, tf32 ? COMPUTE_TF32 : COMPUTE_FLOAT, TYPE_FLOAT));
        long description = created[0];
        set(description, TRANSPOSE_A, p.form().rightAlongK ? 1 : 0, Integer.BYTES);
        set(description, TRANSPOSE_B, p.form().leftAlongK ? 0 : 1, Integer.BYTES);
        if (p.bias() != null) {
            set(description, EPILOGUE, EPILOGUE_BIAS, Integer.BYTES);
            set(description, BIAS_POINTER, p.bias().address(), Long.BYTES); // its alignment counts
        }
        int type = p.type() == DataType.BFLOAT16 ? TYPE_BFLOAT16 : TYPE_FLOAT;
        long left = p.form().rightAlongK
                ? layout(type, p.n(), p.k(), p.b().stride())
                : layout(type, p.k(), p.n(), p.b().stride());
        long right = p.form().leftAlongK
                ? layout(type, p.m(), p.k(), p.a().stride())
                : layout(type, p.k(), p.m(), p.a().stride());
        long result = layout(TYPE_FLOAT, p.m(), p.n(), p.n());
        Memory found = new Memory(RESULT_BYTES);
        found.clear();
        int[] count = new int[1];
        int status = Api.cublasLtMatmulAlgoGetHeuristic(
                handle, description, left, right, result, result, preference, 1, address(found), count);
        if (status != NOT_SUPPORTED) {
            check(status);
        }
        boolean possible = status == 0 && count[0] > 0 && found.getInt(RESULT_STATUS) == 0;
        return new Plan(description, left, right, result, possible ? found : null);
    }

    /** The layout of one of our matrices. */
    private static long layout(int type, int rows, int columns, int stride) {
        long[] created = new long[1];
        check(Api.cublasLtMatrixLayoutCreate(created, type, columns, rows, stride));
        return created[0];
    }

    private void set(long description, int attribute, long number, int size) {
        if (size == Integer.BYTES) {
            value.setInt(0, Math.toIntExact(number));
        } else {
            value.setLong(0, number);
        }
        check(Api.cublasLtMatmulDescSetAttribute(description, attribute, address(value), size));
    }

    private static long address(Memory memory) {
        return Pointer.nativeValue(memory);
    }

    private static void check(int status) {
        if (status != 0) {
            throw new IllegalStateException("cuBLASLt failed: status " + status);
        }
    }

    private static void destroy(Plan plan) {
        Api.cublasLtMatmulDescDestroy(plan.description());
        for (long layout : new long[] {plan.left(), plan.right(), plan.result()}) {
            Api.cublasLtMatrixLayoutDestroy(layout);
        }
    }

    /** Frees its memory. */
    @Override
    public void close() {
        if (handle != 0) {
            device.await();
            plans.values().forEach(CublasLt::destroy);
            plans.clear();
            Api.cublasLtMatmulPreferenceDestroy(preference);
            Api.cublasLtDestroy(handle);
            device.free(workspace);
            handle = 0;
        }
    }
}
