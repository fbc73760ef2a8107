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
import java.util.ArrayDeque;
import java.util.Deque;
import org.modernbert4j.InputException;

/**
 * The lines of a UTF-8 file; a byte order mark is left out, and bytes that are not UTF-8 are an error that names their line. Memory
 * is that of the longest line.
 */
final class Utf8Lines implements Closeable {
    /** Most bytes of a line, and of a row of several lines: 8192 tokens take some 50 KB. */
    static final int MOST_BYTES = 1 << 25;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;
    private final String name;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Lines that were decoded and are still to be given. */
    private final Deque<String> waiting = new ArrayDeque<>();

    /** Lines that were given since {@link #mark}, the last one first; null where nothing is marked. */
    private Deque<String> marked;

    private long decoded;
    private long given;
    private long bytesOfRow;
    private long rowBegins = 1;

    /**
     * @param in the bytes, closed with this
     * @param name what errors call it
     */
    Utf8Lines(InputStream in, String name) {
        this.in = new BufferedInputStream(in);
        this.name = name;
    }

    /** What errors call the file. */
    String name() {
        return name;
    }

    /** Whether a line holds nothing but spaces and tabs. */
    static boolean isBlank(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (" \t\r\n".indexOf(line.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Tells that what is read from now on belongs to another row; gives the number of its first line. */
    long beginRow() {
        bytesOfRow = 0;
        rowBegins = given + 1;
        return rowBegins;
    }

    /** Passes over blank lines; whether another line follows them. */
    boolean skipBlank() throws IOException {
        while (true) {
            beginRow();
            String line = next();
            if (line == null) {
                return false;
            }
            if (!isBlank(line)) {
                unread(line);
                return true;
            }
        }
    }

    /** Takes back the line that was given last. */
    private void unread(String line) {
        waiting.addFirst(line);
        given--;
        if (marked != null) {
            marked.removeFirst();
        }
    }

    /** Begins to keep lines, for {@link #reset}. */
    void mark() {
        marked = new ArrayDeque<>();
    }

    /** Goes back to where {@link #mark} was called. */
    void reset() {
        given -= marked.size();
        marked.forEach(waiting::addFirst);
        marked = null;
    }

    /** The next line with the characters that end it, or null after the last. */
    String next() throws IOException {
        String line = waiting.isEmpty() ? decodeNext() : waiting.remove();
        if (line != null) {
            given++;
            if (marked != null) {
                marked.addFirst(line);
            }
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private String decodeNext() throws IOException {
        bytes.reset();
        readBytes();
        if (bytes.size() == 0) {
            return null;
        }
        decoded++;
        bytesOfRow += bytes.size();
        if (bytesOfRow > MOST_BYTES) {
            throw new InputException(name + " line " + (bytes.size() > MOST_BYTES ? decoded : rowBegins)
                    + ": the row that begins here has more than " + MOST_BYTES
                    + " bytes, expected fewer; look for a quote that does not close, or shorten the text");
        }
        String text = decode();
        return decoded == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    private void readBytes() throws IOException {
        int value = in.read();
        while (value >= 0 && value != '\n' && value != '\r' && bytes.size() <= MOST_BYTES) {
            bytes.write(value);
            value = in.read();
        }
        if (value >= 0) {
            bytes.write(value);
        }
        in.mark(1);
        if (value == '\r' && in.read() == '\n') {
            bytes.write('\n');
        } else if (value == '\r') {
            in.reset();
        }
    }

    private String decode() {
        try {
            return decoder.decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException malformed) {
            throw new InputException(
                    name + " line " + decoded + ": bytes that are not UTF-8, perhaps Windows-1251;"
                            + " re-encode the file, for example with iconv -f cp1251 -t utf-8",
                    malformed);
        }
    }
}
