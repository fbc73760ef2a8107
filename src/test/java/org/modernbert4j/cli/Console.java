package org.modernbert4j.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a command gave.
 *
 * @param code exit code
 * @param out its standard output
 * @param err its standard error
 */
record Console(int code, String out, String err) {
    /** Runs a command with nothing on standard input. */
    static Console run(Object... arguments) {
        return runWith("", arguments);
    }

    /** Runs {@code train} with these options, but for those that are given once more, as pairs of name and value. */
    static Console train(Map<String, ?> options, Object... others) {
        Map<String, Object> all = new LinkedHashMap<>(options);
        for (int i = 0; i < others.length; i += 2) {
            all.put(others[i].toString(), others[i + 1]);
        }
        return run(Stream.concat(
                        Stream.of("train"),
                        all.entrySet().stream().flatMap(option -> Stream.of(option.getKey(), option.getValue())))
                .toArray());
    }

    /** Runs a command with a text on standard input. */
    static Console runWith(String input, Object... arguments) {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
            int code = Main.run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
            return new Console(code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }

    List<String> outLines() {
        return out.lines().toList();
    }

    List<String> errLines() {
        return err.lines().toList();
    }
}
