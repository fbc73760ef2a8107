package org.modernbert4j.cli;

import com.google.gson.GsonBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.GraphExecutor.OpTime;
import org.modernbert4j.run.Benchmark;
import org.modernbert4j.run.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmark}: how long a training step or a prediction takes, and which op takes how much of it. */
@Command(
        name = "benchmark",
        description = {
            "Times training steps, or predictions, over a batch of random tokens.",
            "Prints medians of the parts, and the time, arithmetic and memory traffic of each kind of op."
        },
        footer = {
            "modernbert4j benchmark --model weights/modernbert-mini-ru --batch 4 \\",
            "    --length 64 --steps 3",
            "modernbert4j benchmark --model weights/modernbert-mini-ru --predict \\",
            "    --batch 16 --length 32 --json"
        })
final class BenchmarkCommand extends BaseCommand {
    /** Of a model without labels. */
    private static final int USUAL_LABELS = 17;

    private static final int SEED = 1;
    private static final long MOST_TOKENS = 10_000_000;
    private static final double GIGA = 1e9;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description = "Checkpoint folder, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(names = "--batch", paramLabel = "N", description = "Texts of the batch (${DEFAULT-VALUE}).")
    private int batch = 4;

    @Option(names = "--length", paramLabel = "N", description = "Tokens of each text (${DEFAULT-VALUE}).")
    private int length = 512;

    @Option(
            names = "--head",
            paramLabel = "NAME",
            completionCandidates = Names.Heads.class,
            converter = Names.Heads.class,
            description = "As of train: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private String head = "cls";

    @Option(
            names = "--labels",
            paramLabel = "N",
            description = "Labels of the head (those of the model's config.json, or " + USUAL_LABELS + ").")
    private Integer labels;

    @Mixin
    private MachineOptions machine = new MachineOptions();

    @Option(
            names = "--layers-frozen",
            paramLabel = "N",
            description = "Freeze the embeddings and the first N layers (none).")
    private int frozen = 0;

    @Option(names = "--predict", description = "Time the forward pass of a prediction instead of training steps.")
    private boolean predict;

    @Option(names = "--steps", paramLabel = "N", description = "Steps that are timed (${DEFAULT-VALUE}).")
    private int steps = 10;

    @Option(names = "--warmup", paramLabel = "N", description = "Steps before those (${DEFAULT-VALUE}).")
    private int warmup = 3;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        requireAtLeast(1, "--batch", batch);
        requireAtLeast(1, "--length", length);
        check(() -> SettingException.requireRange(
                (long) batch * length <= MOST_TOKENS,
                "--batch times --length",
                (long) batch * length,
                "at most " + MOST_TOKENS + " tokens"));
        requireLabels(labels);
        requireAtLeast(0, "--layers-frozen", frozen);
        requireAtLeast(1, "--steps", steps);
        requireAtLeast(0, "--warmup", warmup);
        Precision precision = machine.precision();
        Path folder = model.folder(HubFiles.ALL);
        long start = System.nanoTime();
        try (Backend backend = machine.open();
                Checkpoint checkpoint = Checkpoint.open(folder)) {
            Architecture architecture = Architecture.of(checkpoint.config(), Head.named(head, labels(checkpoint), 0.3));
            Map<Parameter, Array> weights =
                    checkpoint.load(architecture, backend, SEED).weights();
            try (Network network = new Network(architecture, weights, backend, precision, length);
                    Benchmark benchmark = new Benchmark(network, batch, length, SEED)) {
                double loaded = (System.nanoTime() - start) / GIGA;
                Map<String, Object> result = measure(network, benchmark);
                result.put("precision", precision.toString());
                result.put("load_seconds", loaded);
                result.put("peak_mib", Environment.peakMebibytes());
                backend.mostDeviceBytes().ifPresent(bytes -> result.put("device_peak_mib", bytes >> 20));
                result.putAll(Environment.describe(backend.name()));
                print(result, OpTable.of(takeTimes(network), steps, backend.peakRates()));
            }
            weights.values().forEach(Array::close);
        }
        return 0;
    }

    private int labels(Checkpoint checkpoint) {
        int ofModel = checkpoint.config().classifier().labels().size();
        return labels != null ? labels : ofModel > 0 ? ofModel : USUAL_LABELS;
    }

    private Set<Parameter> trainable(Architecture architecture) {
        int layers = architecture.config().encoder().layers();
        if (frozen > layers) {
            throw new SettingException(
                    "--layers-frozen " + frozen + " is more than the model has; use at most " + layers);
        }
        return frozen == 0
                ? new LinkedHashSet<>(architecture.parameters())
                : Selector.parse("all, !embeddings, !layers.0-" + (frozen - 1)).select(architecture);
    }

    private Map<String, Object> measure(Network network, Benchmark benchmark) {
        Architecture architecture = network.architecture();
        Set<Parameter> trainable = trainable(architecture);
        List<Benchmark.Step> times = new ArrayList<>();
        ProgressLine progress = ProgressLine.onStandardError();
        Map<String, Long> before = network.backend().counts();
        for (int i = 0; i < warmup + steps; i++) {
            Benchmark.Step step = predict ? new Benchmark.Step(benchmark.predict(), 0, 0) : benchmark.step(trainable);
            if (i >= warmup) {
                times.add(step);
            } else {
                takeTimes(network);
                before = network.backend().counts();
            }
            progress.of(predict ? "predicting" : "training").report(i + 1, warmup + steps);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("layers", architecture.config().encoder().layers());
        result.put("batch", batch);
        result.put("length", length);
        result.put("head", architecture.requireHead().name());
        result.put("layers_frozen", frozen);
        result.put("predict", predict);
        result.put("forward", median(times, Benchmark.Step::forward));
        if (!predict) {
            result.put("backward", median(times, Benchmark.Step::backward));
            result.put("optimizer", median(times, Benchmark.Step::optimizer));
            result.put("step", median(times, Benchmark.Step::total));
        }
        result.put("tokens_per_second", batch * (double) length / median(times, Benchmark.Step::total));
        for (Map.Entry<String, Long> count : network.backend().counts().entrySet()) {
            String name = count.getKey().replace(' ', '_') + "_per_step";
            result.put(name, (count.getValue() - before.get(count.getKey())) / steps);
        }
        return result;
    }

    private Map<String, OpTime> takeTimes(Network network) {
        return predict ? network.takeRunTimes() : network.takeStepTimes();
    }

    private static double median(List<Benchmark.Step> times, ToDoubleFunction<Benchmark.Step> part) {
        double[] sorted = times.stream().mapToDouble(part).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private void print(Map<String, Object> result, OpTable ops) {
        if (json) {
            ops.addTo(result);
            out().println(new GsonBuilder().disableHtmlEscaping().create().toJson(result));
            return;
        }
        result.forEach((name, value) -> {
            if (value instanceof Double number) {
                out().printf(Locale.ROOT, "%-18s %.4f%n", name, number);
            } else {
                out().printf("%-18s %s%n", name, value);
            }
        });
        ops.print(out());
    }
}
