package experiments;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;

/** What the original notebook printed. */
final class Notebook {
    private static final String FILE = "notebook.csv";

    private Notebook() {}

    /** Its weighted validation F1 of an experiment: that of each epoch, the last only, or nothing. */
    static List<Double> f1(String experiment) {
        return lines().filter(line -> line.startsWith(experiment + ","))
                .flatMap(line ->
                        Arrays.stream(line.substring(experiment.length() + 1).split(" ", -1)))
                .map(Double::valueOf)
                .toList();
    }

    /** The F1 of an experiment as the notebook gives it; a dash where it has none. */
    static String f1Text(String experiment) {
        return text(f1(experiment));
    }

    /** One line on a result and the notebook's. */
    static String comparedWith(RunResult result) {
        List<Double> ours = result.epochs().stream().map(RunResult.Epoch::f1).toList();
        return "validation F1 by epoch: " + text(ours) + "; the notebook's: " + f1Text(result.experiment());
    }

    private static String text(List<Double> values) {
        return values.isEmpty() ? "-" : values.stream().map(Numbers::metric).collect(Collectors.joining(" "));
    }

    private static Stream<String> lines() {
        try (InputStream in = Notebook.class.getResourceAsStream(FILE)) {
            return new String(in.readAllBytes(), UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
