package org.modernbert4j.cli;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Starts this very command once more, in a locale whose encoding is UTF-8. In others, such as {@code LC_ALL=C}, Java replaces what it
 * cannot read in arguments and names of folders before anybody is asked, and no option of java changes that. The process stays the
 * same one (execv), and so do its streams.
 */
final class Utf8Restart {
    private static final String VARIABLE = "LC_ALL";
    private static final String LOCALE = "C.UTF-8";
    private static final char REPLACEMENT = '\uFFFD';
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private Utf8Restart() {}

    /** Whether Java could not read an argument, the present folder or a variable. */
    static boolean isNeeded(String[] args) {
        return !System.getProperty("sun.jnu.encoding").equals("UTF-8")
                && Stream.of(
                                Stream.of(args),
                                Stream.of(System.getProperty("user.dir"), System.getProperty("user.home")),
                                System.getenv().values().stream())
                        .flatMap(texts -> texts)
                        .anyMatch(text -> text.indexOf(REPLACEMENT) >= 0);
    }

    /** Starts the command again where the system can do it; otherwise ends it and says what to do. */
    static void restart() {
        if (!LOCALE.equals(System.getenv(VARIABLE)) && Files.exists(COMMAND_LINE)) {
            try {
                execute();
            } catch (IOException | LinkageError e) {
                System.err.println(
                        "LC_ALL: this command could not be started again in " + LOCALE + " (" + e.getMessage() + ")");
            }
        }
        System.err.println("arguments or folder: the locale's encoding " + System.getProperty("sun.jnu.encoding")
                + " lacks some of their characters; set " + VARIABLE + " to a locale with UTF-8");
        System.exit(CommandLine.ExitCode.USAGE);
    }

    private static void execute() throws IOException {
        LibC c = Native.load("c", LibC.class);
        for (File descriptor : new File("/proc/self/fd").listFiles()) {
            int number = Integer.parseInt(descriptor.getName());
            if (number > 2) {
                c.fcntl(
                        number,
                        LibC.F_SETFD,
                        LibC.FD_CLOEXEC); // ports of debuggers among them; fails for those closed by now
            }
        }
        c.setenv(VARIABLE, LOCALE, 1);
        c.execv("/proc/self/exe", arguments(Files.readAllBytes(COMMAND_LINE)));
        throw new IOException("execv: error " + Native.getLastError()); // it returns if it fails only
    }

    /**
     * Arguments as execv has them: addresses up to a zero, then what they point to.
     *
     * @param joined each ended by a byte 0
     */
    private static Pointer arguments(byte[] joined) {
        List<Integer> starts = IntStream.range(0, joined.length)
                .filter(i -> i == 0 || joined[i - 1] == 0)
                .boxed()
                .toList();
        long texts = (starts.size() + 1L) * Native.POINTER_SIZE;
        Memory memory = new Memory(texts + joined.length);
        memory.clear();
        memory.write(texts, joined, 0, joined.length);
        for (int i = 0; i < starts.size(); i++) {
            memory.setPointer((long) i * Native.POINTER_SIZE, memory.share(texts + starts.get(i)));
        }
        return memory;
    }

    /** Of the C library. */
    private interface LibC extends Library {
        int F_SETFD = 2;
        int FD_CLOEXEC = 1;

        int fcntl(int descriptor, int command, int argument);

        int setenv(String name, String value, int overwrite);

        int execv(String path, Pointer arguments);
    }
}
