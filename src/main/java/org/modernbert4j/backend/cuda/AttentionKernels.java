package org.modernbert4j.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.Segments;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Launches the kernels of {@code attention*.cu}: rotary attention, on tensor cores where the precision is bfloat16 and heads are not
 * wider than 128. Operands are arranged in scratch memory first; a pass reads them several times.
 */
final class AttentionKernels {
    private static final int THREADS = 128;

    /** Queries whose numbers a block computes: one for each warp. */
    private static final int QUERIES_OF_NUMBERS = THREADS / 32;

    /** Integers of a {@link Tile}, with one that is unused. */
    private static final int TILE_INTEGERS = 8;

    /** Operands that a launch arranges at most. */
    private static final int MOST_ARRANGED = 4;

    private static final double LOG_2 = StrictMath.log(2);

    /**
     * How a block works; the numbers are those in the kernels' files.
     *
     * @param width of the heads it is for: the least that is not less than their size
     * @param type of the operands
     * @param rows the block's rows in the forward pass
     * @param columns that it works on at a time
     * @param gradientRows the same in the backward pass
     * @param gradientColumns the same in the backward pass
     */
    private record Tiling(int width, DataType type, int rows, int columns, int gradientRows, int gradientColumns) {
        private static final List<Tiling> FLOAT32 = List.of(
                new Tiling(32, DataType.FLOAT, 64, 32, 32, 32),
                new Tiling(64, DataType.FLOAT, 64, 32, 32, 32),
                new Tiling(128, DataType.FLOAT, 32, 32, 32, 16),
                new Tiling(256, DataType.FLOAT, 32, 16, 8, 16));

        private static final List<Tiling> BFLOAT16 = List.of(
                new Tiling(32, DataType.BFLOAT16, 64, 64, 64, 64),
                new Tiling(64, DataType.BFLOAT16, 64, 64, 64, 64),
                new Tiling(128, DataType.BFLOAT16, 64, 64, 64, 32));

        static Tiling of(int headSize, Precision precision) {
            List<Tiling> tilings = new ArrayList<>(precision == Precision.BFLOAT16 ? BFLOAT16 : List.of());
            tilings.addAll(FLOAT32);
            return tilings.stream()
                    .filter(tiling -> tiling.width >= headSize)
                    .findFirst()
                    .orElseThrow(() -> new InputException("heads of size " + headSize
                            + ": attention on a device supports at most 256; use --backend cpu"));
        }

        boolean rounds() {
            return type == DataType.BFLOAT16;
        }

        /** A kernel of the operands, whatever their width. */
        String common(String name) {
            return rounds()
                    ? "attention_bfloat16.attention_%s_bfloat16".formatted(name)
                    : "attention.attention_%s".formatted(name);
        }

        String kernel(String pass) {
            return rounds()
                    ? "attention_bfloat16_%2$d.attention_%1$s_%2$d_bfloat16".formatted(pass, width)
                    : "attention_float32_%2$d.attention_%1$s_%2$d".formatted(pass, width);
        }

        /** The rows, the columns of keys or values, and the weights; on tensor cores the rows and twice both columns. */
        int forwardBytes() {
            return rounds()
                    ? (rows + 4 * columns) * width * Short.BYTES
                    : ((rows + columns) * (width + 4) + rows * (columns + 4)) * Float.BYTES;
        }

        /** Two operands of the rows, two of the columns, and the weights; on tensor cores the columns twice, with their numbers. */
        int backwardBytes() {
            return rounds()
                    ? (2 * gradientRows + 4 * gradientColumns) * width * Short.BYTES
                            + 2 * gradientColumns * 4 * Float.BYTES
                    : (2 * (gradientRows + gradientColumns) * (width + 4) + gradientRows * (gradientColumns + 4))
                            * Float.BYTES;
        }
    }

    /**
     * The rows of a text that a block works on, and the rows of the other side that they see: keys for queries, queries for keys.
     *
     * @param row the first of the block's rows, in its array
     * @param position the same, within its text
     * @param count how many rows there are
     * @param tokens how many of them take part
     * @param other the text's first row in the array of the other side
     * @param from the first row of the other side, within the text, that some row sees
     * @param to the row after the last
     */
    private record Tile(int row, int position, int count, int tokens, int other, int from, int to) {
        /** The tiles of all texts; those with the most work first, so that the blocks that end last are short. */
        static int[] of(Segments segments, TileKey key) {
            List<Tile> tiles = new ArrayList<>();
            for (int text = 0; text < segments.texts(); text++) {
                int start = segments.starts()[text];
                int span = segments.span(text);
                int length = segments.lengths()[text];
                int query = key.firstRowOnly ? text : start;
                int queries = key.firstRowOnly ? 1 : span;
                int count = key.ofKeys ? span : queries;
                for (int position = 0; position < count; position += key.rows) {
                    int rows = Math.min(key.rows, count - position);
                    int tokens = key.ofKeys ? Math.max(0, Math.min(rows, length - position)) : rows;
                    int from = Math.max(0, position - key.radius);
                    int to = Math.min(key.ofKeys ? queries : length, position + tokens + key.radius);
                    boolean sees = tokens > 0 && from < to;
                    int first = key.ofKeys ? start : query;
                    int other = key.ofKeys ? query : start;
                    tiles.add(
                            new Tile(first + position, position, rows, tokens, other, sees ? from : 0, sees ? to : 0));
                }
            }
            tiles.sort(Comparator.comparingInt(tile -> tile.from - tile.to));
            return tiles.stream().flatMapToInt(Tile::integers).toArray();
        }

        private IntStream integers() {
            return IntStream.of(row, position, count, tokens, other, from, to, 0);
        }
    }

    /**
     * What the tiles of a batch depend on besides the lengths of its texts.
     *
     * @param starts of the texts
     * @param ofKeys whether a block's rows are keys rather than queries
     * @param rows at most, of a block
     * @param radius not larger than the batch has rows
     * @param firstRowOnly whether only the first row of each text has a query
     */
    private record TileKey(CudaArray starts, boolean ofKeys, int rows, int radius, boolean firstRowOnly) {}

    /**
     * An operand that is brought into the form that the kernels read.
     *
     * @param x {@code [rows, heads * size]}
     * @param tiles of its rows
     * @param turned whether by its rotary angles
     * @param factor of all numbers
     */
    private record Arrangement(CudaArray x, CudaArray tiles, boolean turned, double factor) {
        /** The size of the kernels' structure. */
        private static final int BYTES = 4 * Long.BYTES + 4 * Integer.BYTES;
    }

    private final CudaBackend cuda;
    private final AttentionGeometry geometry;
    private final Tiling tiling;
    private final CudaArray rotary;
    private final CudaArray starts;
    private final CudaArray lengths;
    private final int queries;
    private final int keys;
    private final int radius;
    private final List<CudaArray> scratch = new ArrayList<>();

    /** @param in the op's inputs; q, k, v and rotary begin at first, starts and lengths are the last */
    private AttentionKernels(CudaBackend cuda, OpCall call, CudaArray[] in, int first) {
        this.cuda = cuda;
        geometry = AttentionGeometry.of(call.integers());
        tiling = Tiling.of(geometry.headSize(), AttentionGeometry.precision(call.integers()));
        rotary = in[first + 3];
        starts = in[in.length - 2];
        lengths = in[in.length - 1];
        queries = in[first].rows();
        keys = in[first + 1].rows();
        radius = Math.min(geometry.radius(), keys);
    }

    static void forward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        AttentionKernels kernels = new AttentionKernels(cuda, call, in, 0);
        try {
            kernels.forward(in[0], in[1], in[2], Result.of(out, 0, 2), out[1]);
        } finally {
            kernels.giveScratch();
        }
    }

    static void backward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        AttentionKernels kernels = new AttentionKernels(cuda, call, in, 1);
        try {
            kernels.backward(in[0], in[1], in[2], in[3], in[5], in[6], out);
        } finally {
            kernels.giveScratch();
        }
    }

    private void forward(CudaArray q, CudaArray k, CudaArray v, Result context, CudaArray logSumExp) {
        CudaArray tiles = tiles(false, tiling.rows);
        CudaArray keyTiles = geometry.firstRowOnly() ? tiles(true, tiling.rows) : tiles;
        List<CudaArray> operands = arranged(
                new Arrangement(q, tiles, true, scoreScale() / LOG_2),
                new Arrangement(k, keyTiles, true, 1),
                new Arrangement(v, keyTiles, false, 1));
        cuda.device.launch(
                tiling.kernel("forward"),
                grid(tiles).shared(tiling.forwardBytes()),
                operands.get(0),
                operands.get(1),
                operands.get(2),
                context,
                logSumExp,
                tiles,
                queries,
                keys,
                geometry.headSize(),
                radius);
    }

    private void backward(
            CudaArray gradient,
            CudaArray q,
            CudaArray k,
            CudaArray v,
            CudaArray context,
            CudaArray logSumExp,
            CudaArray[] out) {
        CudaArray queryTiles = tiles(false, tiling.gradientRows);
        CudaArray keyTiles = tiles(true, tiling.gradientRows);
        CudaArray numbers = take(DataType.FLOAT, geometry.heads(), queries, 4);
        cuda.device.launch(
                tiling.common("numbers"),
                Grid.blocks(Grid.ceil((long) queries * geometry.heads(), QUERIES_OF_NUMBERS), THREADS),
                context,
                gradient,
                logSumExp,
                numbers,
                queries,
                geometry.heads(),
                geometry.headSize());
        List<CudaArray> operands = arranged(
                new Arrangement(q, queryTiles, true, scoreScale() / LOG_2),
                new Arrangement(k, keyTiles, true, 1),
                new Arrangement(v, keyTiles, false, 1),
                new Arrangement(gradient, queryTiles, false, 1));
        cuda.device.launch(
                tiling.kernel("keys"),
                grid(keyTiles).shared(tiling.backwardBytes()),
                operands.get(0),
                operands.get(1),
                operands.get(2),
                operands.get(3),
                numbers,
                rotary,
                Result.of(out, 1, 3),
                Result.of(out, 2, 3),
                keyTiles,
                queries,
                keys,
                geometry.headSize(),
                radius);
        cuda.device.launch(
                tiling.kernel("queries"),
                grid(queryTiles).shared(tiling.backwardBytes()),
                operands.get(0),
                operands.get(1),
                operands.get(2),
                operands.get(3),
                numbers,
                rotary,
                Result.of(out, 0, 3),
                queryTiles,
                queries,
                keys,
                geometry.headSize(),
                radius);
    }

    private double scoreScale() {
        return 1 / Math.sqrt(geometry.headSize());
    }

    /** The operands as the kernels read them, {@code [heads, rows, width]}. */
    private List<CudaArray> arranged(Arrangement... operands) {
        List<CudaArray> results = new ArrayList<>();
        ByteBuffer bytes =
                ByteBuffer.allocate(MOST_ARRANGED * Arrangement.BYTES).order(ByteOrder.nativeOrder());
        int blocks = 0;
        for (Arrangement operand : operands) {
            CudaArray result = take(tiling.type, geometry.heads(), operand.x.rows(), tiling.width);
            results.add(result);
            int tiles = count(operand.tiles);
            bytes.putLong(operand.x.address()).putLong(operand.turned ? rotary.address() : 0);
            bytes.putLong(result.address()).putLong(operand.tiles.address());
            bytes.putInt(operand.x.rows())
                    .putInt(tiles)
                    .putFloat((float) operand.factor)
                    .putInt(0);
            blocks = Math.max(blocks, tiles);
        }
        cuda.device.launch(
                tiling.common("arrange"),
                Grid.blocks(blocks, THREADS).times(geometry.heads()).deep(operands.length),
                bytes.array(),
                geometry.headSize(),
                tiling.width);
        return results;
    }

    private static int count(CudaArray tiles) {
        return Math.toIntExact(tiles.length() / TILE_INTEGERS);
    }

    private CudaArray take(DataType type, long... shape) {
        CudaArray array = cuda.take(type, shape);
        scratch.add(array);
        return array;
    }

    private void giveScratch() {
        scratch.forEach(cuda::give);
    }

    private Grid grid(CudaArray tiles) {
        return Grid.blocks(count(tiles), THREADS).times(geometry.heads());
    }

    /** The tiles, made once for a batch: all layers use the same. */
    private CudaArray tiles(boolean ofKeys, int rows) {
        TileKey key = new TileKey(starts, ofKeys, rows, radius, geometry.firstRowOnly());
        return lengths.derived(
                key, () -> cuda.upload(Tile.of(new Segments(starts.integers(), lengths.integers()), key)));
    }
}
