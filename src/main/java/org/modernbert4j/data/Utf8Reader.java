package org.modernbert4j.data;

import java.io.IOException;
import java.io.Reader;
import java.util.HashSet;
import java.util.Set;

/** The characters of {@link Utf8Lines}, for the CSV parser; remembers the lines that hold nothing but spaces and tabs. */
final class Utf8Reader extends Reader {
    private final Utf8Lines lines;
    private final Set<Long> blank = new HashSet<>();
    private String current = "";
    private int position;

    Utf8Reader(Utf8Lines lines) {
        this.lines = lines;
    }

    /**
     * Whether a line has spaces or tabs alone, no quotes and at least one of them.
     *
     * @param line counted from 1, already read
     */
    boolean isBlank(long line) {
        return blank.contains(line);
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (position == current.length() && !advance()) {
            return -1;
        }
        int count = Math.min(length, current.length() - position);
        current.getChars(position, position + count, target, offset);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private boolean advance() throws IOException {
        String next = lines.next();
        if (next == null) {
            return false;
        }
        if (next.isBlank() && (next.startsWith(" ") || next.startsWith("\t"))) {
            blank.add(lines.line());
        }
        current = next;
        position = 0;
        return true;
    }
}
