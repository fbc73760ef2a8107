package org.modernbert4j.backend.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.modernbert4j.backend.OpCall;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The products of a linear layer and of its gradients, by {@link CublasLt} where it is installed, otherwise by the kernels of
 * {@code products.cu} and {@code products_bfloat16.cu}. The same operands give the same bits on the same device.
 */
final class LinearKernels {
    /** How the operands of a product {@code c [m, n]} are stored. */
    enum Form {
        /** {@code a [m, k]} and {@code b [n, k]}. */
        NT(true, true),
        /** {@code a [m, k]} and {@code b [k, n]}. */
        NN(true, false),
        /** {@code a [k, m]} and {@code b [k, n]}. */
        TN(false, false);

        /** Whether the columns of a are positions along k. */
        final boolean leftAlongK;

        /** Whether the columns of b are positions along k. */
        final boolean rightAlongK;

        Form(boolean leftAlongK, boolean rightAlongK) {
            this.leftAlongK = leftAlongK;
            this.rightAlongK = rightAlongK;
        }
    }

    /**
     * An operand.
     *
     * @param array its numbers
     * @param stride how far apart its rows begin: a multiple of {@link #CHUNK} for bfloat16, with zeros behind each row
     */
    record Operand(CudaArray array, int stride) {}

    /**
     * A product {@code c = a b + bias} with float32 results.
     *
     * @param bias {@code [n]}, added to each row; null for none
     */
    record Product(Form form, Operand a, Operand b, CudaArray bias, CudaArray c, int m, int n, int k) {
        DataType type() {
            return a.array().type();
        }
    }

    /** Numbers in bfloat16 that are copied together: 16 bytes, at a multiple of 16. */
    private static final int CHUNK = 8;

    /** A number of blocks that fills a device. It is the same for all devices, so that they add in the same order. */
    private static final int ENOUGH_BLOCKS = 256;

    /** The squares of the result that blocks compute. */
    private static final int SMALL = 64;

    private static final int LARGE = 128;

    /** Least length of a part of k, in sides of a square: a shorter one costs more to add up than it is worth. */
    private static final int LEAST_PART = 4;

    /** Parts of k are multiples of it, as the kernels walk in steps of up to so many. */
    private static final int STEP = 32;

    private static final int THREADS = 256;
    private static final int BFLOAT16_THREADS = 128;

    /** Rows of a matrix that are added together. */
    private static final int CHUNK_ROWS = 256;

    private static final int CHUNK_COLUMNS = 32;

    /** Numbers and where they go, rounded to bfloat16. */
    private record Rounding(CudaArray from, CudaArray to) {}

    private static final ListParameter<Rounding> ROUNDINGS = new ListParameter<>(
            120, 4 * Long.BYTES, rounding -> rounding.from.length(), (entry, rounding, firstBlock) -> entry.putLong(
                            rounding.from.address())
                    .putLong(rounding.to.address())
                    .putLong(rounding.from.length())
                    .putLong(firstBlock));

    private LinearKernels() {}

    // ops

    static void forward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        multiply(cuda, Form.NT, in[0], in[1], in.length > 2 ? in[2] : null, out[0]);
    }

    static void inputGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        multiply(cuda, Form.NN, in[0], in[1], null, out[0]);
    }

    static void weightGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        multiply(cuda, Form.TN, in[0], in[1], null, out[0]);
    }

    /** The sums of the columns, in double precision: sums of chunks of rows first, then of the chunks. */
    static void biasGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray dy = in[0];
        int columns = dy.columns();
        int chunks = Math.toIntExact(Grid.ceil(dy.rows(), CHUNK_ROWS));
        CudaArray sums = cuda.take(DataType.DOUBLE, chunks, columns);
        cuda.device.launch(
                "products.sum_chunks",
                Grid.blocks(Grid.ceil(columns, CHUNK_COLUMNS), THREADS)
                        .times(chunks)
                        .shared(THREADS * Double.BYTES),
                dy,
                sums,
                dy.rows(),
                columns,
                CHUNK_ROWS);
        cuda.device.launch(
                "products.sum_of_chunks",
                Grid.blocks(Grid.ceil(columns, THREADS), THREADS),
                sums,
                out[0],
                columns,
                chunks);
        cuda.give(sums);
    }

    /** Rounds each input to its output. */
    static void round(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        List<Rounding> all = IntStream.range(0, in.length)
                .mapToObj(i -> new Rounding(in[i], out[i]))
                .toList();
        ROUNDINGS.launch(
                all,
                (list, blocks) -> cuda.device.launch(
                        "products_bfloat16.round_all", Grid.blocks(blocks, THREADS), list, (long) ListParameter.PART));
    }

    // products

    private static void multiply(CudaBackend cuda, Form form, CudaArray a, CudaArray b, CudaArray bias, CudaArray c) {
        int m = form.leftAlongK ? a.rows() : a.columns();
        int k = form.leftAlongK ? a.columns() : a.rows();
        int n = form.rightAlongK ? b.rows() : b.columns();
        if (k != (form.rightAlongK ? b.columns() : b.rows()) || c.rows() != m || c.columns() != n) {
            throw new IllegalArgumentException("a product " + form + " of [" + a.rows() + ", " + a.columns() + "] and ["
                    + b.rows() + ", " + b.columns() + "] is not [" + c.rows() + ", " + c.columns() + "]");
        }
        Operand left = operand(cuda, a);
        Operand right = operand(cuda, b);
        Product product = new Product(form, left, right, bias, c, m, n, k);
        if (!cuda.cublasLt.multiply(product)) {
            multiply(cuda, product);
        }
        if (left.array() != a) {
            cuda.give(left.array());
        }
        if (right.array() != b) {
            cuda.give(right.array());
        }
    }

    /** The matrix itself, or a copy with longer rows. */
    private static Operand operand(CudaBackend cuda, CudaArray x) {
        int columns = x.columns();
        if (x.type() != DataType.BFLOAT16 || columns % CHUNK == 0) {
            return new Operand(x, columns);
        }
        int stride = (columns + CHUNK - 1) / CHUNK * CHUNK;
        CudaArray copy = cuda.take(DataType.BFLOAT16, x.rows(), stride);
        cuda.device.launch(
                "products_bfloat16.pad_rows",
                Grid.looping(copy.length(), THREADS),
                x,
                copy,
                copy.length(),
                columns,
                stride);
        return new Operand(copy, stride);
    }

    /** Computes a product by the own kernels. */
    private static void multiply(CudaBackend cuda, Product p) {
        boolean large = squares(p, LARGE) * parts(p, LARGE) >= ENOUGH_BLOCKS / 2;
        int side = large ? LARGE : SMALL;
        int part = STEP * Math.toIntExact(Math.max(1, Grid.ceil(Grid.ceil(p.k(), parts(p, side)), STEP)));
        int parts = Math.toIntExact(Grid.ceil(p.k(), part)); // none if there is nothing to add
        if (parts == 1) {
            launch(cuda, p, side, p.bias(), p.c(), part, parts);
            return;
        }
        CudaArray results = cuda.take(DataType.FLOAT, parts, p.m(), p.n());
        launch(cuda, p, side, null, results, part, parts);
        cuda.device.launch(
                "products.sum_parts",
                Grid.looping(p.c().length(), THREADS),
                results,
                p.bias(),
                p.c(),
                p.c().length(),
                p.n(),
                parts);
        cuda.give(results);
    }

    /** How many squares cover the result. */
    private static long squares(Product p, int side) {
        return Grid.ceil(p.m(), side) * Grid.ceil(p.n(), side);
    }

    /** Into how many parts k is split, so that there are enough blocks if it is long enough. */
    private static long parts(Product p, int side) {
        long wanted = Grid.ceil(ENOUGH_BLOCKS, Math.max(1, squares(p, side)));
        return Math.max(1, Math.min(wanted, p.k() / (LEAST_PART * side)));
    }

    private static void launch(
            CudaBackend cuda, Product p, int side, CudaArray bias, CudaArray results, int part, int parts) {
        String kernel = "_" + p.form().name().toLowerCase(Locale.ROOT) + "_" + side;
        List<Object> arguments =
                new ArrayList<>(Arrays.asList(p.a().array(), p.b().array(), bias, results, p.m(), p.n(), p.k(), part));
        if (p.type() == DataType.BFLOAT16) {
            Grid grid = new Grid(
                    Math.toIntExact(squares(p, side)), 1, parts, BFLOAT16_THREADS, 4 * 2 * side * STEP * Short.BYTES);
            arguments.addAll(List.of(p.a().stride(), p.b().stride()));
            cuda.device.launch("products_bfloat16.bfloat16" + kernel, grid, arguments.toArray());
        } else {
            int depth = side == LARGE ? 8 : 16;
            Grid grid = new Grid(
                    Math.toIntExact(Grid.ceil(p.n(), side)),
                    Math.toIntExact(Grid.ceil(p.m(), side)),
                    parts,
                    THREADS,
                    2 * 2 * depth * (side + 4) * Float.BYTES);
            cuda.device.launch("products.product" + kernel, grid, arguments.toArray());
        }
    }
}
