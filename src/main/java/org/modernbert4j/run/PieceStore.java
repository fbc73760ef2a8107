package org.modernbert4j.run;

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
import java.util.Optional;

/** Numbered pieces of known sizes: the first in memory, the next in a mapped temporary file, the rest not kept. */
final class PieceStore {
    private static final long MAPPED_AT_ONCE = 1L << 30;

    private final FloatBuffer[] places;
    private final BitSet written = new BitSet();

    /**
     * A store without contents.
     *
     * @param floats size of each piece
     * @param limits of memory and file
     */
    PieceStore(long[] floats, CacheLimits limits) {
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

    /** A piece from its first element to its limit, for one reader; empty if it is not there. */
    Optional<FloatBuffer> find(int piece) {
        return written.get(piece) ? Optional.of(places[piece].duplicate()) : Optional.empty();
    }

    /**
     * Keeps a piece, if there is a place for it.
     *
     * @param from its elements, from the first to the limit
     * @return a copy of it, from its first element to its limit, for one reader
     */
    FloatBuffer keep(int piece, FloatBuffer from) {
        FloatBuffer kept = places[piece] == null ? FloatBuffer.allocate(from.limit()) : places[piece].duplicate();
        kept.put(0, from, 0, from.limit());
        written.set(piece, places[piece] != null);
        return kept;
    }

    /** Forgets everything. */
    void close() {
        Arrays.fill(places, null);
        written.clear();
    }
}
