package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_matmul_desc_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Products of bfloat16 matrices by oneDNN, summed in float32. They are twice as fast as float32 on processors with AVX512-BF16,
 * several times as fast with AMX, and slow or impossible on others.
 *
 * <p>oneDNN compiles code for each shape. Compiled code has working memory for one thread, so each thread compiles its own.
 */
final class Bfloat16Gemm extends Gemm<ShortBuffer> {
    /** How many shapes' code a thread keeps. Compiling takes as long as running. */
    private static final int MOST_SHAPES = 1024;

    /** The most rows of a product. */
    private static final int MOST_ROWS = 2048;

    /** The most numbers that are rounded in one call. */
    private static final int MOST_NUMBERS = 1 << 18;

    /** Smaller sizes are not cut. */
    private static final int FEW = 16;

    /** Into how many parts the product of a transposed matrix is shared. Each part arranges the right operand anew. */
    private static final int TRANSPOSED_PARTS = 8;

    private final dnnl_engine engine;
    private final ThreadLocal<Products> products;

    /**
     * Loads the library.
     *
     * @throws LinkageError if it has no build for this platform
     * @throws IllegalStateException if it has no bfloat16 products for this processor
     */
    Bfloat16Gemm() {
        engine = new dnnl_engine(made(result -> dnnl.dnnl_engine_create(result, dnnl.dnnl_cpu, 0)));
        products = ThreadLocal.withInitial(() -> {
            limitOpenMp();
            return new Products();
        });
        Layout one = new Layout(1, 1, 1, 1);
        products.get().primitive(new ProductShape(one, one, one, false));
    }

    /** The stored rows of a are those of a batch, of any number. They are multiplied in parts that have only a few sizes. */
    @Override
    void compute(Matrix<ShortBuffer> a, Matrix<ShortBuffer> b, Matrix<FloatBuffer> c, boolean adds) {
        Products mine = products.get();
        int rows = a.columnMajor ? a.columns : a.rows;
        for (int from = 0; from < rows; ) {
            int to = from + part(rows - from, MOST_ROWS);
            if (a.columnMajor) {
                mine.multiply(a.columns(from, to), b.rows(from, to), c, adds || from > 0);
            } else {
                mine.multiply(a.rows(from, to), b, c.rows(from, to), adds);
            }
            from = to;
        }
    }

    /**
     * With AMX, the sums of a row of a transposed matrix are rounded differently if it is multiplied with fewer others. So its parts
     * are the same for any number of workers.
     */
    @Override
    int parts(Matrix<ShortBuffer> a, int workers) {
        return a.columnMajor ? TRANSPOSED_PARTS : workers;
    }

    /** Size of the next part: the largest power of two that fits, or all if few are left. */
    private static int part(int left, int most) {
        return left < FEW ? left : Math.min(most, Integer.highestOneBit(left));
    }

    /**
     * Rounds to the nearest bfloat16 number, ties to even, on the calling thread only.
     *
     * @param x float32 numbers
     * @param rounded result, bfloat16, at the same indexes
     * @param from first index
     * @param to index after the last
     */
    void round(FloatBuffer x, ShortBuffer rounded, int from, int to) {
        Products mine = products.get();
        for (int start = from; start < to; ) {
            int part = part(to - start, MOST_NUMBERS);
            mine.primitive(new RoundingShape(part)).run(pointer(x, start), pointer(rounded, start));
            start += part;
        }
    }

    @Override
    Matrix<ShortBuffer> operand(Matrix<FloatBuffer> x, Scratch scratch, int slot) {
        int count = x.rows * x.columns;
        ShortBuffer rounded = scratch.shorts(slot, count);
        round(x.buffer, rounded, 0, count);
        return Matrix.of(rounded, x.rows, x.columns);
    }

    private static void check(int status) {
        if (status == dnnl.dnnl_unimplemented) {
            throw new IllegalStateException("oneDNN has no bfloat16 products for this processor");
        }
        if (status != dnnl.dnnl_success) {
            throw new IllegalStateException("oneDNN failed with status " + status);
        }
    }

    /** The object that a library function makes. */
    private static Pointer made(ToIntFunction<PointerPointer<Pointer>> function) {
        try (PointerPointer<Pointer> result = new PointerPointer<>(1)) {
            check(function.applyAsInt(result));
            return result.get(0);
        }
    }

    private static Pointer pointer(FloatBuffer buffer, int start) {
        return new FloatPointer(buffer.slice(start, buffer.limit() - start));
    }

    private static Pointer pointer(ShortBuffer buffer, int start) {
        return new ShortPointer(buffer.slice(start, buffer.limit() - start));
    }

    /** Where the elements of a matrix lie. */
    private record Layout(int rows, int columns, int rowStride, int columnStride) {
        static Layout of(Matrix<?> matrix) {
            return matrix.columnMajor
                    ? new Layout(matrix.rows, matrix.columns, 1, matrix.stride)
                    : new Layout(matrix.rows, matrix.columns, matrix.stride, 1);
        }

        dnnl_memory_desc_t descriptor(int type) {
            dnnl_memory_desc_t descriptor = new dnnl_memory_desc_t();
            long[] sizes = {rows, columns};
            check(dnnl.dnnl_memory_desc_init_by_strides(
                    descriptor, 2, sizes, type, new long[] {rowStride, columnStride}));
            return descriptor;
        }
    }

    /** The key of compiled code. */
    private sealed interface Shape {}

    /** The layouts of a product's matrices, and whether it is added to c. */
    private record ProductShape(Layout a, Layout b, Layout c, boolean adds) implements Shape {}

    /** How many numbers are rounded. */
    private record RoundingShape(int count) implements Shape {}

    /** Compiled code with its arguments. */
    private final class Primitive {
        private final dnnl_primitive code;
        private final dnnl_stream stream;
        private final dnnl_memory[] memories;
        private final dnnl_exec_arg_t arguments;

        Primitive(Pointer described, dnnl_stream stream, int[] names, dnnl_memory_desc_t... layouts) {
            this.stream = stream;
            dnnl_primitive_desc description = new dnnl_primitive_desc(described);
            memories = new dnnl_memory[layouts.length];
            arguments = new dnnl_exec_arg_t(layouts.length);
            code = new dnnl_primitive(made(result -> dnnl.dnnl_primitive_create(result, description)));
            check(dnnl.dnnl_primitive_desc_destroy(description));
            for (int i = 0; i < layouts.length; i++) {
                dnnl_memory_desc_t layout = layouts[i];
                memories[i] = new dnnl_memory(made(result -> dnnl.dnnl_memory_create(result, layout, engine, null)));
                arguments.position(i).arg(names[i]).memory(memories[i]);
            }
            arguments.position(0);
        }

        void run(Pointer... data) {
            for (int i = 0; i < data.length; i++) {
                check(dnnl.dnnl_memory_set_data_handle(memories[i], data[i]));
            }
            check(dnnl.dnnl_primitive_execute(code, stream, memories.length, arguments));
        }

        void close() {
            check(dnnl.dnnl_primitive_destroy(code));
            for (dnnl_memory memory : memories) {
                check(dnnl.dnnl_memory_destroy(memory));
            }
        }
    }

    /** The compiled code of one thread. */
    private final class Products {
        private final dnnl_stream stream = new dnnl_stream(
                made(result -> dnnl.dnnl_stream_create(result, engine, dnnl.dnnl_stream_default_flags)));
        private final Map<Shape, Primitive> primitives = new LinkedHashMap<>(16, 0.75f, true);

        void multiply(Matrix<ShortBuffer> a, Matrix<ShortBuffer> b, Matrix<FloatBuffer> c, boolean adds) {
            primitive(new ProductShape(Layout.of(a), Layout.of(b), Layout.of(c), adds))
                    .run(pointer(a.buffer, a.start), pointer(b.buffer, b.start), pointer(c.buffer, c.start));
        }

        Primitive primitive(Shape shape) {
            Primitive known = primitives.get(shape);
            if (known != null) {
                return known;
            }
            if (primitives.size() == MOST_SHAPES) {
                Shape eldest = primitives.keySet().iterator().next();
                primitives.remove(eldest).close();
            }
            Primitive made = shape instanceof ProductShape product ? product(product) : rounding((RoundingShape) shape);
            primitives.put(shape, made);
            return made;
        }

        private Primitive rounding(RoundingShape shape) {
            Layout row = new Layout(1, shape.count, shape.count, 1);
            dnnl_memory_desc_t from = row.descriptor(dnnl.dnnl_f32);
            dnnl_memory_desc_t to = row.descriptor(dnnl.dnnl_bf16);
            Pointer description =
                    made(result -> dnnl.dnnl_reorder_primitive_desc_create(result, from, engine, to, engine, null));
            return new Primitive(description, stream, new int[] {dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO}, from, to);
        }

        private Primitive product(ProductShape shape) {
            dnnl_memory_desc_t a = shape.a.descriptor(dnnl.dnnl_bf16);
            dnnl_memory_desc_t b = shape.b.descriptor(dnnl.dnnl_bf16);
            dnnl_memory_desc_t c = shape.c.descriptor(dnnl.dnnl_f32);
            dnnl_matmul_desc_t matmul = new dnnl_matmul_desc_t();
            check(dnnl.dnnl_matmul_desc_init(matmul, a, b, null, c));
            dnnl_primitive_attr attributes = shape.adds ? adding() : null;
            try {
                Pointer description = made(result -> dnnl.dnnl_primitive_desc_create(
                        result, new const_dnnl_op_desc_t(matmul), attributes, engine, null));
                int[] names = {dnnl.DNNL_ARG_SRC, dnnl.DNNL_ARG_WEIGHTS, dnnl.DNNL_ARG_DST};
                return new Primitive(description, stream, names, a, b, c);
            } finally {
                if (attributes != null) {
                    check(dnnl.dnnl_primitive_attr_destroy(attributes));
                }
            }
        }

        /** Attributes of a product that is added to the contents of c. */
        private static dnnl_primitive_attr adding() {
            dnnl_post_ops sum = new dnnl_post_ops(made(dnnl::dnnl_post_ops_create));
            check(dnnl.dnnl_post_ops_append_sum(sum, 1));
            dnnl_primitive_attr attributes = new dnnl_primitive_attr(made(dnnl::dnnl_primitive_attr_create));
            check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, sum));
            check(dnnl.dnnl_post_ops_destroy(sum));
            return attributes;
        }
    }
}
