package org.modernbert4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Numbered pieces of known sizes: the first in memory, the next in a mapped temporary file, the rest not kept. */
final class StateStore {
    private static final long MAPPED_AT_ONCE = 1L << 30;

    private final FloatBuffer[] places;
    private final BitSet written = new BitSet();

    /**
     * A store without contents.
     *
     * @param floats size of each piece
     * @param limits of memory and file
     */
    StateStore(long[] floats, CacheLimits limits) {
        places = new FloatBuffer[floats.length];
        List<Integer> inFile = new ArrayList<>();
        long memory = 0;
        long file = 0;
        for (int i = 0; i < floats.length; i++) {
            long bytes = floats[i] * Float.BYTES;
            if (memory + bytes <= limits.memory()) {
                places[i] = FloatBuffer.allocate(Math.toIntExact(floats[i]));
                memory += bytes;
            } else if (file + bytes <= limits.file()) {
                inFile.add(i);
                file += bytes;
            }
        }
        if (!inFile.isEmpty()) {
            map(inFile, floats);
        }
    }

    /** Gives each piece a place in a file that is deleted already and lives as long as its mappings. */
    private void map(List<Integer> pieces, long[] floats) {
        try {
            Path path = Files.createTempFile("frozen-prefix", ".states");
            try (FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                long offset = 0;
                int from = 0;
                while (from < pieces.size()) {
                    int to = from;
                    long bytes = 0;
                    while (to < pieces.size()
                            && (to == from || bytes + floats[pieces.get(to)] * Float.BYTES <= MAPPED_AT_ONCE)) {
                        bytes += floats[pieces.get(to)] * Float.BYTES;
                        to++;
                    }
                    ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, offset, bytes);
                    FloatBuffer all = mapped.order(ByteOrder.nativeOrder()).asFloatBuffer();
                    int at = 0;
                    for (int piece : pieces.subList(from, to)) {
                        places[piece] = all.slice(at, Math.toIntExact(floats[piece]));
                        at += places[piece].capacity();
                    }
                    offset += bytes;
                    from = to;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the cache of frozen states cannot be written; lower its limit", e);
        }
    }

    /**
     * Reads a piece.
     *
     * @param into filled from its first element
     * @return whether it was there
     */
    boolean read(int piece, FloatBuffer into) {
        if (!written.get(piece)) {
            return false;
        }
        into.put(0, places[piece], 0, places[piece].capacity());
        return true;
    }

    /** Keeps a piece, if there is a place for it. */
    void write(int piece, FloatBuffer from) {
        if (places[piece] != null) {
            places[piece].put(0, from, 0, places[piece].capacity());
            written.set(piece);
        }
    }

    /** Forgets everything. */
    void close() {
        Arrays.fill(places, null);
        written.clear();
    }
}
