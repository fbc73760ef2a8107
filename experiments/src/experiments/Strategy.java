package experiments;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.modernbert4j.Numbers;

/**
 * The runs of one experiment that differ in the seed only.
 *
 * @param name of the experiment
 * @param runs at least one, in the order of the seeds
 */
record Strategy(String name, List<RunResult> runs) {
    private static final long MEBIBYTE = 1 << 20;

    /** What all runs have in common besides the experiment. */
    RunResult.Setting setting() {
        return runs.get(0).setting();
    }

    /** Of each seed. */
    double[] values(ToDoubleFunction<RunResult> value) {
        return runs.stream().mapToDouble(value).toArray();
    }

    /** Weighted validation F1 of the best epoch of each seed. */
    double[] f1() {
        return values(run -> run.best().f1());
    }

    double meanF1() {
        return mean(f1());
    }

    /** {@code 0.7822 ± 0.0031}; without the spread, the standard deviation of a sample, for one seed. */
    String f1Text() {
        return withSpread(f1());
    }

    String accuracyText() {
        return withSpread(values(run -> run.best().accuracy()));
    }

    /** Mean F1 of each epoch that every seed has. */
    String f1ByEpoch() {
        int epochs = runs.stream().mapToInt(run -> run.epochs().size()).min().orElseThrow();
        return IntStream.range(0, epochs)
                .mapToObj(epoch -> Numbers.metric(
                        mean(values(run -> run.epochs().get(epoch).f1()))))
                .collect(Collectors.joining(" "));
    }

    String trainTime() {
        return Numbers.duration(mean(values(RunResult::trainSeconds)));
    }

    /** The most of all seeds; a dash where a system did not tell. */
    String peakMemory() {
        return runs.stream().anyMatch(run -> run.peakMebibytes().isEmpty())
                ? "-"
                : Numbers.bytes(runs.stream()
                                .mapToLong(run -> run.peakMebibytes().orElseThrow())
                                .max()
                                .orElseThrow()
                        * MEBIBYTE);
    }

    private static String withSpread(double[] values) {
        String mean = Numbers.metric(mean(values));
        return values.length == 1 ? mean : mean + " ± " + Numbers.metric(deviation(values));
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        double squares =
                DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1));
    }
}
