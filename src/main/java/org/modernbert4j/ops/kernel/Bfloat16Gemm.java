package org.modernbert4j.ops.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_matmul_desc_init;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_by_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_sum;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
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
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Products of bfloat16 matrices, added up in float32, by oneDNN: twice as fast as float32 where the processor has AVX512-BF16,
 * several times where it has AMX, and slow or impossible elsewhere.
 *
 * <p>oneDNN compiles code for each shape and keeps working memory for each thread, so each thread has its own.
 */
public final class Bfloat16Gemm implements Gemm<ShortBuffer> {
    /** Shapes that a thread keeps code for: compiling it takes as long as running it. */
    private static final int MOST_SHAPES = 1024;

    /** Rows that are multiplied together. */
    private static final int MOST_ROWS = 2048;

    /** Numbers that are rounded together. */
    private static final int MOST_NUMBERS = 1 << 18;

    /** Sizes below it are as they are. */
    private static final int FEW = 16;

    private final dnnl_engine engine;
    private final ThreadLocal<Products> products;

    /**
     * Loads the library.
     *
     * @param prepareThread run once by each thread before its first product: keeps OpenMP, whose settings are those of a thread,
     *     from adding threads of its own
     * @throws LinkageError if there is none for this platform
     * @throws IllegalStateException if the processor has no such products
     */
    public Bfloat16Gemm(Runnable prepareThread) {
        try (PointerPointer<dnnl_engine> made = new PointerPointer<>(1)) {
            check(dnnl_engine_create(made, dnnl_cpu, 0));
            engine = new dnnl_engine(made.get(0));
        }
        products = ThreadLocal.withInitial(() -> {
            prepareThread.run();
            return new Products();
        });
        products.get().primitive(new ProductShape(false, true, 1, 1, 1, 1, 1, false, 1));
    }

    @Override
    public void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            ShortBuffer a,
            int aStart,
            int lda,
            ShortBuffer b,
            int bStart,
            int ldb,
            boolean adds,
            FloatBuffer c,
            int cStart,
            int ldc) {
        Products mine = products.get();
        int rows = transposeA ? k : m; // of a, as it is stored: those of the batch, of which there are ever others
        for (int start = 0; start < rows; ) {
            int part = part(rows - start, MOST_ROWS);
            Pointer left = pointer(a, aStart + start * lda);
            if (transposeA) {
                Pointer right = pointer(b, bStart + (transposeB ? start : start * ldb));
                ProductShape shape = new ProductShape(true, transposeB, m, n, part, lda, ldb, adds || start > 0, ldc);
                mine.primitive(shape).run(left, right, pointer(c, cStart));
            } else {
                ProductShape shape = new ProductShape(false, transposeB, part, n, k, lda, ldb, adds, ldc);
                mine.primitive(shape).run(left, pointer(b, bStart), pointer(c, cStart + start * ldc));
            }
            start += part;
        }
    }

    /** The largest power of two that is left, down to a few: batches of any length are made of a few shapes. */
    private static int part(int left, int most) {
        return left < FEW ? left : Math.min(most, Integer.highestOneBit(left));
    }

    /**
     * Rounds numbers to the nearest of bfloat16, halves to even, on the calling thread alone.
     *
     * @param x float32 numbers
     * @param rounded the same numbers in bfloat16
     * @param from first index of both
     * @param to index after the last
     */
    public void round(FloatBuffer x, ShortBuffer rounded, int from, int to) {
        Products mine = products.get();
        for (int start = from; start < to; ) {
            int part = part(to - start, MOST_NUMBERS);
            mine.primitive(new RoundingShape(part)).run(pointer(x, start), pointer(rounded, start));
            start += part;
        }
    }

    @Override
    public ShortBuffer operand(FloatBuffer x, int count, Scratch scratch, int slot) {
        ShortBuffer rounded = scratch.shorts(slot, count);
        round(x, rounded, 0, count);
        return rounded;
    }

    private static void check(int status) {
        if (status == dnnl_unimplemented) {
            throw new IllegalStateException("oneDNN has no bfloat16 products for this processor");
        }
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN refuses: status " + status);
        }
    }

    private static Pointer pointer(FloatBuffer buffer, int start) {
        return new FloatPointer(Gemm.from(buffer, start));
    }

    private static Pointer pointer(ShortBuffer buffer, int start) {
        return new ShortPointer(buffer.slice(start, buffer.limit() - start));
    }

    /** What code is compiled for. */
    private sealed interface Shape {}

    /** A product. */
    private record ProductShape(
            boolean transposeA, boolean transposeB, int m, int n, int k, int lda, int ldb, boolean adds, int ldc)
            implements Shape {}

    /** Numbers to round. */
    private record RoundingShape(int count) implements Shape {}

    /** Compiled code with its arguments. */
    private final class Primitive {
        private final dnnl_primitive code;
        private final dnnl_stream stream;
        private final dnnl_memory[] memories;
        private final dnnl_exec_arg_t arguments;

        Primitive(dnnl_primitive_desc description, dnnl_stream stream, int[] names, dnnl_memory_desc_t... layouts) {
            this.stream = stream;
            memories = new dnnl_memory[layouts.length];
            arguments = new dnnl_exec_arg_t(layouts.length);
            try (PointerPointer<Pointer> made = new PointerPointer<>(1)) {
                check(dnnl_primitive_create(made, description));
                code = new dnnl_primitive(made.get(0));
                check(dnnl_primitive_desc_destroy(description));
                for (int i = 0; i < layouts.length; i++) {
                    check(dnnl_memory_create(made, layouts[i], engine, null));
                    memories[i] = new dnnl_memory(made.get(0));
                    arguments.position(i).arg(names[i]).memory(memories[i]);
                }
            }
            arguments.position(0);
        }

        void run(Pointer... data) {
            for (int i = 0; i < data.length; i++) {
                check(dnnl_memory_set_data_handle(memories[i], data[i]));
            }
            check(dnnl_primitive_execute(code, stream, memories.length, arguments));
        }

        void close() {
            check(dnnl_primitive_destroy(code));
            for (dnnl_memory memory : memories) {
                check(dnnl_memory_destroy(memory));
            }
        }
    }

    /** What one thread multiplies with. */
    private final class Products {
        private final dnnl_stream stream;
        private final Map<Shape, Primitive> primitives = new LinkedHashMap<>(16, 0.75f, true);

        Products() {
            try (PointerPointer<dnnl_stream> made = new PointerPointer<>(1)) {
                check(dnnl_stream_create(made, engine, dnnl_stream_default_flags));
                stream = new dnnl_stream(made.get(0));
            }
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
            dnnl_memory_desc_t from = layout(dnnl_f32, 1, shape.count, shape.count, 1);
            dnnl_memory_desc_t to = layout(dnnl_bf16, 1, shape.count, shape.count, 1);
            try (PointerPointer<dnnl_primitive_desc> made = new PointerPointer<>(1)) {
                check(dnnl_reorder_primitive_desc_create(made, from, engine, to, engine, null));
                return new Primitive(
                        new dnnl_primitive_desc(made.get(0)), stream, new int[] {DNNL_ARG_FROM, DNNL_ARG_TO}, from, to);
            }
        }

        private Primitive product(ProductShape shape) {
            dnnl_memory_desc_t a = operand(shape.transposeA, shape.m, shape.k, shape.lda);
            dnnl_memory_desc_t b = operand(shape.transposeB, shape.k, shape.n, shape.ldb);
            dnnl_memory_desc_t c = layout(dnnl_f32, shape.m, shape.n, shape.ldc, 1);
            dnnl_matmul_desc_t matmul = new dnnl_matmul_desc_t();
            check(dnnl_matmul_desc_init(matmul, a, b, null, c));
            dnnl_primitive_attr attributes = shape.adds ? adding() : null;
            try (PointerPointer<dnnl_primitive_desc> made = new PointerPointer<>(1)) {
                check(dnnl_primitive_desc_create(made, new const_dnnl_op_desc_t(matmul), attributes, engine, null));
                return new Primitive(
                        new dnnl_primitive_desc(made.get(0)),
                        stream,
                        new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                        a,
                        b,
                        c);
            } finally {
                if (attributes != null) {
                    check(dnnl_primitive_attr_destroy(attributes));
                }
            }
        }

        /** To add to what the result holds. */
        private static dnnl_primitive_attr adding() {
            try (PointerPointer<Pointer> made = new PointerPointer<>(1)) {
                check(dnnl_post_ops_create(made));
                dnnl_post_ops sum = new dnnl_post_ops(made.get(0));
                check(dnnl_post_ops_append_sum(sum, 1));
                check(dnnl_primitive_attr_create(made));
                dnnl_primitive_attr attributes = new dnnl_primitive_attr(made.get(0));
                check(dnnl_primitive_attr_set_post_ops(attributes, sum));
                check(dnnl_post_ops_destroy(sum));
                return attributes;
            }
        }

        /** Of {@code [rows, columns]}, which may be stored as {@code [columns, rows]}. */
        private static dnnl_memory_desc_t operand(boolean transposed, int rows, int columns, int stride) {
            return transposed
                    ? layout(dnnl_bf16, rows, columns, 1, stride)
                    : layout(dnnl_bf16, rows, columns, stride, 1);
        }

        private static dnnl_memory_desc_t layout(int type, long rows, long columns, long rowStride, long columnStride) {
            dnnl_memory_desc_t layout = new dnnl_memory_desc_t();
            check(dnnl_memory_desc_init_by_strides(
                    layout, 2, new long[] {rows, columns}, type, new long[] {rowStride, columnStride}));
            return layout;
        }
    }
}
