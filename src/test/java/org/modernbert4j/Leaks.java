package org.modernbert4j;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.infer.TextClassifier;
import org.modernbert4j.infer.TextEncoder;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;
import org.modernbert4j.optim.Optimizer;
import org.modernbert4j.optim.UpdateRule;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.RunListener;
import org.modernbert4j.run.Training;
import org.modernbert4j.task.SingleLabel;

/** Works for long in a process of its own, and prints now and then how many bytes it has in memory, compiled code apart. */
final class Leaks {
    private static final int LENGTH = 128;
    private static final int TEXTS = 4;
    private static final int LABELS = 8;

    private Leaks() {}

    /**
     * Works.
     *
     * @param arguments {@code cycles} or {@code steps}, how many, after how many bytes are printed, and a folder to work in
     */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[1]);
        int each = Integer.parseInt(arguments[2]);
        Path folder = Files.createDirectories(Path.of(arguments[3]));
        if (arguments[0].equals("cycles")) {
            for (int cycle = 1; cycle <= count; cycle++) {
                cycle(folder.resolve("run-" + cycle));
                tell(cycle, each);
            }
        } else {
            steps(count, each);
        }
        System.exit(0);
    }

    private static void tell(int done, int each) {
        if (done % each == 0) {
            System.out.printf(Locale.ROOT, "%d %d%n", done, Memory.residentBytes() - ofTheCompilers());
        }
    }

    /** What compilers and class loaders hold, which grows as long as they find something to compile. */
    private static long ofTheCompilers() {
        return ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getCommitted();
    }

    /** Loads, trains, closes; loads what was trained, uses it, closes. */
    private static void cycle(Path output) {
        SingleLabel task = SingleLabel.of(LabelledData.of(TinyCheckpoint.DATA, "text", "topic"))
                .withMaxLength(64);
        Path run = Run.builder(TinyCheckpoint.MODEL, task, output)
                .training(training -> training.epochs(1))
                .start(RunListener.NONE)
                .folder();
        try (TextClassifier classifier = TextClassifier.open(run);
                TextEncoder encoder = TextEncoder.open(run.resolve("best"))) {
            classifier.classify("Матч окончен");
            encoder.encode("Матч окончен", Optional.empty());
        }
    }

    /** Steps on texts of random tokens and lengths. */
    private static void steps(int count, int each) {
        Random random = new Random(1);
        Training training = Training.fineTuning();
        UpdateRule update = training.update();
        try (Backend backend = Backends.open("cpu");
                Network network = TinyCheckpoint.network(Head.named("mean", LABELS, 0.1), LENGTH, backend);
                Optimizer optimizer = update.open(network)) {
            Layout layout = Layout.of(network.architecture(), backend, LENGTH, 0);
            for (int step = 1; step <= count; step++) {
                int[][] ids = new int[TEXTS][];
                Arrays.setAll(ids, text -> random.ints(1 + random.nextInt(LENGTH), 5, 100)
                        .toArray());
                Batch batch = layout.lay(List.of(ids))
                        .with(new Targets.Classes(random.ints(TEXTS, 0, LABELS).toArray()));
                optimizer.begin(batch);
                try (Network.Step pass =
                        network.step(batch, Map.of(), network.architecture().parameters(), 1.0 / TEXTS, step)) {
                    double norm = UpdateRule.norm(backend, pass.gradients().values());
                    update.apply(optimizer, pass.gradients(), norm, step - 1, count);
                }
                tell(step, each);
            }
        }
    }
}
