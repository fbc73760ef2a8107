package experiments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.GraphExecutor.OpTime;
import org.modernbert4j.run.Benchmark;

/**
 * Measures what freezing saves: {@code StepTimes MODEL [texts [tokens [rounds]]]} prints a table of the median time of a training
 * step for each epoch of each schedule, and how many gradient products ran in it. The schedules take turns, so that a machine whose
 * speed drifts treats them alike; the first round warms up.
 */
public final class StepTimes {
    private static final int EPOCHS = 3;
    private static final int CLASSES = 17;

    private StepTimes() {}

    /** Prints the table. */
    public static void main(String[] args) {
        int texts = args.length > 1 ? Integer.parseInt(args[1]) : 4;
        int tokens = args.length > 2 ? Integer.parseInt(args[2]) : 512;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 6;
        try (Checkpoint checkpoint = Checkpoint.open(Path.of(args[0]));
                Backend backend = Backends.ofProcess()) {
            Architecture architecture = Architecture.of(checkpoint.config(), Head.named("cls", CLASSES, 0.3));
            Map<Parameter, Array> weights =
                    checkpoint.load(architecture, backend, 1).weights();
            try (Network network = new Network(architecture, weights, backend, Precision.FLOAT32, tokens);
                    Benchmark benchmark = new Benchmark(network, texts, tokens, 1)) {
                System.out.printf(
                        Locale.ROOT,
                        "%d texts of %d tokens, %d layers%n%n",
                        texts,
                        tokens,
                        architecture.config().encoder().layers());
                System.out.println(table(network, benchmark, rounds));
            } finally {
                weights.values().forEach(Array::close);
            }
        }
    }

    /** An epoch of a schedule that trains something else than the one before, and what its steps took. */
    private record Case(String name, EpochPlan epoch, List<Double> seconds, Map<String, OpTime> ops) {
        private double median() {
            return seconds.stream().sorted().toList().get(seconds.size() / 2);
        }

        private String calls(String op) {
            return String.valueOf(ops.containsKey(op) ? ops.get(op).calls() : 0);
        }
    }

    private static List<Case> cases(Architecture architecture) {
        List<Case> cases = new ArrayList<>();
        for (NamedSchedule schedule : NamedSchedule.values()) {
            Set<Parameter> before = Set.of();
            for (EpochPlan epoch : FreezePlan.of(
                            schedule.schedule(architecture.config().encoder().layers()), architecture, EPOCHS)
                    .epochs()) {
                if (!epoch.trainable().equals(before)) {
                    String name = schedule + ", " + (epoch.epoch() + 1);
                    cases.add(new Case(name, epoch, new ArrayList<>(), new HashMap<>()));
                }
                before = epoch.trainable();
            }
        }
        return cases;
    }

    private static MarkdownTable table(Network network, Benchmark benchmark, int rounds) {
        List<Case> cases = cases(network.architecture());
        for (int round = 0; round <= rounds; round++) {
            for (Case one : cases) {
                network.takeStepTimes();
                double seconds = benchmark.step(one.epoch.trainable()).total();
                if (round > 0) {
                    one.seconds.add(seconds);
                }
                one.ops.putAll(network.takeStepTimes());
            }
        }
        double full = cases.stream()
                .filter(one -> one.name.equals(NamedSchedule.FULL + ", 1"))
                .findFirst()
                .orElseThrow()
                .median();
        MarkdownTable table = new MarkdownTable("schedule, epoch", "trains", "dX", "dW", "step", "of a full one");
        for (Case one : cases) {
            table.add(
                    one.name,
                    String.format(Locale.ROOT, "%.1f %%", 100 * one.epoch.share()),
                    one.calls("modernbert_linear_dx"),
                    one.calls("modernbert_linear_dw"),
                    String.format(Locale.ROOT, "%.3f s", one.median()),
                    String.format(Locale.ROOT, "%.2f", one.median() / full));
        }
        return table;
    }
}
