package org.modernbert4j.run;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.modernbert4j.FloatFile;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.FrozenPrefix;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.task.KnownValues;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Caches the output of a frozen prefix for each text. Each text runs alone, so that its output does not depend on its batch. The
 * cache fills the memory limit first, then the limit of a temporary file. Other outputs are computed each time, with the same bits.
 */
final class PrefixCache implements KnownValues {
    private static final long IN_MEMORY = -1;
    private static final long NOT_KEPT = -2;

    private final Network network;
    private final Layout layout;
    private final FrozenPrefix prefix;
    private final List<TokenizedText> texts;
    private final int width;

    /** Position in the file of each text's output, counted in floats, or {@link #IN_MEMORY} or {@link #NOT_KEPT}. */
    private final long[] places;

    /** The outputs in memory; null until they are computed. */
    private final FloatBuffer[] memory;

    /** Null if no output belongs in it. */
    private final FloatFile file;

    /** The texts with outputs in the file. */
    private final BitSet written = new BitSet();

    /**
     * The maximum size of the cache.
     *
     * @param memory bytes in memory
     * @param file additional bytes in a temporary file
     */
    record Limits(long memory, long file) {
        /** No cache. */
        static final Limits NONE = new Limits(0, 0);

        /** A quarter of the Java heap, and 16 GiB in a file. */
        static Limits ofProcess() {
            return new Limits(Runtime.getRuntime().maxMemory() / 4, 16L << 30);
        }
    }

    /**
     * @param network its weights in the prefix must not change while the cache is in use
     * @param layout of the batches
     * @param prefix the frozen prefix
     * @param texts the texts to cache outputs for
     */
    PrefixCache(Network network, Layout layout, FrozenPrefix prefix, List<TokenizedText> texts, Limits limits) {
        this.network = network;
        this.layout = layout;
        this.prefix = prefix;
        this.texts = texts;
        width = network.architecture().config().encoder().hiddenSize();
        memory = new FloatBuffer[texts.size()];
        places = new long[texts.size()];
        long inMemory = 0;
        long inFile = 0;
        for (int i = 0; i < places.length; i++) {
            int floats = floats(i);
            if ((inMemory + floats) * Float.BYTES <= limits.memory) {
                places[i] = IN_MEMORY;
                inMemory += floats;
            } else if ((inFile + floats) * Float.BYTES <= limits.file) {
                places[i] = inFile;
                inFile += floats;
            } else {
                places[i] = NOT_KEPT;
            }
        }
        file = inFile == 0 ? null : temporaryFile();
    }

    private int floats(int text) {
        return (prefix.onePerText() ? 1 : layout.rows(texts.get(text).ids().length)) * width;
    }

    private static FloatFile temporaryFile() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        String remedy = "make room, or name another folder for temporary files with -Djava.io.tmpdir";
        try {
            return new FloatFile(Files.createTempFile(folder, "frozen-prefix", ".states"), remedy);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be written (" + Reason.of(e) + "); " + remedy, e);
        }
    }

    /** The outputs for a batch, as the value of the prefix's variable. */
    @Override
    public Map<String, Array> of(List<Integer> indexes) {
        List<FloatBuffer> outputs = indexes.stream().map(this::output).toList();
        long floats = outputs.stream().mapToLong(FloatBuffer::limit).sum();
        Backend backend = network.backend();
        Array values = backend.allocate(DataType.FLOAT, floats / width, width);
        backend.write(values, into -> outputs.forEach(into::put));
        return Map.of(prefix.variable(), values);
    }

    /** The output of a text, as a buffer with its own position at the start. */
    private FloatBuffer output(int text) {
        if (memory[text] != null) {
            return memory[text].duplicate();
        }
        if (written.get(text)) {
            return file.read(places[text], floats(text));
        }
        FloatBuffer output = compute(text);
        if (places[text] == IN_MEMORY) {
            memory[text] = output.duplicate();
        } else if (places[text] != NOT_KEPT) {
            file.write(output, places[text]);
            written.set(text);
        }
        return output;
    }

    private FloatBuffer compute(int text) {
        Batch alone = layout.lay(List.of(texts.get(text).ids()));
        try (GraphExecutor.Result result = network.run(alone, prefix.variable())) {
            FloatBuffer output = network.backend().read(result.get(prefix.variable()));
            return FloatBuffer.allocate(output.limit()).put(0, output, 0, output.limit());
        }
    }

    @Override
    public void close() {
        Arrays.fill(memory, null);
        written.clear();
        if (file != null) {
            file.close();
        }
    }
}
