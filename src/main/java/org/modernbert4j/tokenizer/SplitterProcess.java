package org.modernbert4j.tokenizer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.modernbert4j.ChildJvm;
import org.modernbert4j.InputException;

/**
 * The other end of {@link ProcessSplitter}: reads a tokenizer.json and requests from standard input, writes replies to standard output,
 * and ends when its input does. Ctrl-C, which reaches both processes, does not end it before. If the other process is killed, this one
 * ends at once, also while the native library is at work.
 */
public final class SplitterProcess {
    static final byte ENCODE = 1;
    static final byte ENCODE_BARE = 2;
    static final byte DECODE = 3;
    static final byte DONE = 0;
    static final byte REFUSED = 1;

    /** Bytes in a request or reply at most: a length over it is a sign that something else was written there. */
    private static final int MOST_BYTES = 1 << 30;

    /** As {@link #MOST_BYTES}, for numbers. */
    private static final int MOST_NUMBERS = 1 << 26;

    private SplitterProcess() {}

    /** Serves requests until there are no more. */
    public static void main(String[] args) throws IOException {
        PrintStream replies = System.out;
        System.setOut(System.err); // whatever else is printed is no reply
        outliveInterrupt();
        ChildJvm.whenParentEnds(() -> Runtime.getRuntime().halt(0));
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(replies));
        try (Splitter splitter = new DjlSplitter(readBytes(in), readText(in))) {
            out.writeByte(DONE);
            out.flush();
            serve(splitter, in, out);
        } catch (InputException e) {
            refuse(out, e);
        } catch (EOFException e) {
            return; // the last request has been served
        }
    }

    /** Holds up the end that a signal asks for until the requests have been served, but no longer than one may take. */
    private static void outliveInterrupt() {
        Thread server = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                server.join(ProcessSplitter.PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private static void serve(Splitter splitter, DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            byte kind = in.readByte();
            try {
                switch (kind) {
                    case DECODE -> {
                        String text = splitter.decode(readLongs(in));
                        out.writeByte(DONE);
                        writeText(out, text);
                    }
                    case ENCODE, ENCODE_BARE -> {
                        Splitter.Tokens tokens = splitter.encode(readText(in), kind == ENCODE);
                        out.writeByte(DONE);
                        writeLongs(out, tokens.ids());
                        writeLongs(out, tokens.special());
                    }
                    default -> throw new IOException("no request: " + kind);
                }
                out.flush();
            } catch (InputException e) {
                refuse(out, e);
            }
        }
    }

    private static void refuse(DataOutputStream out, InputException e) throws IOException {
        out.writeByte(REFUSED);
        writeText(out, e.getMessage());
        out.flush();
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = readLength(in, MOST_BYTES);
        byte[] bytes = in.readNBytes(length); // grows as they come
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private static int readLength(DataInputStream in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new IOException("no length: " + length);
        }
        return length;
    }

    static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    static void writeLongs(DataOutputStream out, long[] numbers) throws IOException {
        out.writeInt(numbers.length);
        for (long number : numbers) {
            out.writeLong(number);
        }
    }

    static long[] readLongs(DataInputStream in) throws IOException {
        long[] numbers = new long[readLength(in, MOST_NUMBERS)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readLong();
        }
        return numbers;
    }
}
