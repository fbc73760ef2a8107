package org.modernbert4j.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.modernbert4j.InputException;

/** The lines of a UTF-8 file; a byte order mark is left out, and bytes that are no UTF-8 are an error naming their line. */
final class Utf8Lines implements Closeable {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;
    private final String name;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long line;

    /**
     * @param in the bytes, closed with this
     * @param name what errors call it
     */
    Utf8Lines(InputStream in, String name) {
        this.in = new BufferedInputStream(in);
        this.name = name;
    }

    /** Number of the line read last, counted from 1; 0 before the first. */
    long line() {
        return line;
    }

    /** The next line with the characters that end it, or null after the last. */
    String next() throws IOException {
        bytes.reset();
        readBytes();
        if (bytes.size() == 0) {
            return null;
        }
        line++;
        String text = decode();
        return line == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void readBytes() throws IOException {
        int value = in.read();
        while (value >= 0) {
            bytes.write(value);
            if (value == '\n') {
                return;
            }
            if (value == '\r') {
                readLineFeed();
                return;
            }
            value = in.read();
        }
    }

    private void readLineFeed() throws IOException {
        in.mark(1);
        if (in.read() == '\n') {
            bytes.write('\n');
        } else {
            in.reset();
        }
    }

    private String decode() {
        try {
            return decoder.decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException malformed) {
            throw new InputException(
                    name + " line " + line + ": bytes that are not UTF-8, perhaps Windows-1251;"
                            + " re-encode the file, for example with iconv -f cp1251 -t utf-8",
                    malformed);
        }
    }
}
