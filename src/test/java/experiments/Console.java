package experiments;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.cli.Main;

/**
 * What a command left.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Console(int code, String out, String err) {
    private static final String FIXTURE = "src/test/resources/fixtures/older-layout/";

    /** A small model, and so few texts that each of two epochs has one step. */
    static final List<String> TWO_STEPS = List.of(
            "--model", FIXTURE + "model",
            "--data", FIXTURE + "data.csv",
            "--sample", "1",
            "--limit", "40",
            "--max-length", "32",
            "--batch-size", "32",
            "--epochs", "2");

    static Console run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(newOut, true, UTF_8));
            System.setErr(new PrintStream(newErr, true, UTF_8));
            int code = Main.run(arguments);
            return new Console(code, newOut.toString(UTF_8), newErr.toString(UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** Runs an experiment on the small model. */
    static Console experiment(String name, String... more) {
        return run(Stream.of(Stream.of("experiment", name), TWO_STEPS.stream(), Arrays.stream(more))
                .flatMap(arguments -> arguments)
                .toArray(String[]::new));
    }
}
