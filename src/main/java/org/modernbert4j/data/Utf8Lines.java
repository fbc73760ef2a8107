package org.modernbert4j.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.modernbert4j.InputException;

/**
 * The lines or the characters of a UTF-8 file; a byte order mark is left out, and bytes that are not UTF-8 are an error that names
 * their line. Memory is that of the longest line.
 */
final class Utf8Lines extends Reader {
    /** Most bytes of a line, and of a row of several lines: 8192 tokens take some 50 KB. */
    static final int MOST_BYTES = 1 << 25;

    /** Most blank lines before a header. */
    private static final int MOST_BLANK = 100_000;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;
    private final String name;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Numbers of blank lines, rising; what {@link #isBlank} does not ask for any more is left out. */
    private final Deque<Long> blank = new ArrayDeque<>();

    /** Lines that were looked at and are still to be read. */
    private final Deque<String> waiting = new ArrayDeque<>();

    private long line;
    private long bytesOfRow;
    private long rowBegins = 1;
    private String current = "";
    private int position;

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

    /**
     * Whether a line is empty or holds only white space that begins with a space or a tab, and no quotes.
     *
     * @param number counted from 1, of a line already read, not smaller than in the call before
     */
    boolean isBlank(long number) {
        while (!blank.isEmpty() && blank.peek() < number) {
            blank.remove();
        }
        return !blank.isEmpty() && blank.peek() == number;
    }

    /**
     * Tells that what is read from now on belongs to another row.
     *
     * @param first number of its first line
     */
    void beginRow(long first) {
        bytesOfRow = 0;
        rowBegins = first;
    }

    /** The first line that holds something, or null; it is still read afterwards, as are the lines before it. */
    String lookAtFirst() throws IOException {
        String first = next();
        while (first != null) {
            waiting.add(first);
            if (!first.isBlank()) {
                break;
            }
            if (line > MOST_BLANK) {
                throw new InputException(name + ": the first " + line
                        + " lines are blank, expected a header line; check that it is the right file");
            }
            first = next();
        }
        return first;
    }

    /** The next line with the characters that end it, or null after the last. */
    String next() throws IOException {
        bytes.reset();
        readBytes();
        if (bytes.size() == 0) {
            return null;
        }
        line++;
        bytesOfRow += bytes.size();
        if (bytesOfRow > MOST_BYTES) {
            throw new InputException(name + " line " + (bytes.size() > MOST_BYTES ? line : rowBegins)
                    + ": the row that begins here has more than " + MOST_BYTES
                    + " bytes, expected fewer; look for a quote that does not close, or shorten the text");
        }
        String text = decode();
        if (line == 1 && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        if (text.isBlank() && (text.isEmpty() || " \t\r\n".indexOf(text.charAt(0)) >= 0)) {
            blank.add(line);
        }
        return text;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (position == current.length()) {
            String next = waiting.isEmpty() ? next() : waiting.remove();
            if (next == null) {
                return -1;
            }
            current = next;
            position = 0;
        }
        int count = Math.min(length, current.length() - position);
        current.getChars(position, position + count, target, offset);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
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
                    name + " line " + line + ": bytes that are not UTF-8, perhaps Windows-1251;"
                            + " re-encode the file, for example with iconv -f cp1251 -t utf-8",
                    malformed);
        }
    }
}
