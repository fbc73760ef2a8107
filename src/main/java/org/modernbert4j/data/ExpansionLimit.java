package org.modernbert4j.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.modernbert4j.InputException;

/** Stops a compressed file that unpacks to far more than any text does. */
final class ExpansionLimit extends FilterInputStream {
    /** Plain text packs 3 to 20 times smaller, deflate at most 1032 times. */
    private static final long TIMES = 200;

    private static final long ALWAYS_ALLOWED_BYTES = 1 << 20;

    private final Path file;
    private final long allowedBytes;
    private long readBytes;

    ExpansionLimit(InputStream unpacked, Path file, long packedBytes) {
        super(unpacked);
        this.file = file;
        this.allowedBytes = ALWAYS_ALLOWED_BYTES + TIMES * packedBytes;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int more) {
        readBytes += more;
        if (readBytes > allowedBytes) {
            throw new InputException(file + ": unpacks to more than " + TIMES
                    + " times its size, wanted ordinary text; unpack it yourself and give the .csv");
        }
    }
}
