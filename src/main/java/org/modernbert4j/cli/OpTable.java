package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.backend.PeakRates;
import org.modernbert4j.ops.GraphExecutor.OpTime;

/**
 * The ops of a step, with the rates that they reach and those that the device can reach.
 *
 * @param ops each kind, those that take longest first
 * @param total all of them together
 * @param peaks what the device can do at most; empty if that is not known
 */
record OpTable(List<Line> ops, Line total, List<Peak> peaks) {
    private static final double GIGA = 1e9;

    /**
     * Ops in a step.
     *
     * @param seconds of all their calls
     * @param gflops additions and multiplications of matrix products, 1e9 a second
     * @param gbytes read and written, 1e9 bytes a second
     */
    record Line(String name, long calls, double seconds, double gflops, double gbytes) {
        private static Line of(String name, OpTime time, int steps) {
            return new Line(
                    name,
                    time.calls() / steps,
                    time.seconds() / steps,
                    rate(time.operations(), time.seconds()),
                    rate(time.bytes(), time.seconds()));
        }

        /** 0 for what took no time that could be measured. */
        private static double rate(double amount, double seconds) {
            return seconds > 0 ? amount / seconds / GIGA : 0;
        }
    }

    /** The most of a device in 1e9 a second, by what it multiplies. */
    record Peak(String numbers, double gflops, double gbytes) {}

    /**
     * The table of some steps.
     *
     * @param times total of all steps, by the op's name
     * @param device what it can do at most, if that is known
     */
    static OpTable of(Map<String, OpTime> times, int steps, Optional<PeakRates> device) {
        List<Line> ops = times.entrySet().stream()
                .map(entry -> Line.of(entry.getKey(), entry.getValue(), steps))
                .sorted(Comparator.comparingDouble(Line::seconds).reversed())
                .toList();
        OpTime all = times.values().stream().reduce(new OpTime(0, 0, 0, 0), OpTime::plus);
        return new OpTable(
                ops, Line.of("all ops", all, steps), device.map(OpTable::peaks).orElse(List.of()));
    }

    private static List<Peak> peaks(PeakRates device) {
        double gbytes = device.bytes() / GIGA;
        return List.of(
                new Peak("float32", device.float32() / GIGA, gbytes),
                new Peak("16-bit products", device.half() / GIGA, gbytes));
    }

    /** Adds all of it to a command's result. */
    void addTo(Map<String, Object> result) {
        result.put("ops", ops);
        result.put("all_ops", total);
        result.put("peaks", peaks);
    }

    /** Prints it for people. */
    void print(PrintWriter out) {
        out.printf("%n%-32s %6s %9s %9s %7s%n", "op", "calls", "seconds", "GFLOP/s", "GB/s");
        ops.forEach(line -> print(out, line));
        print(out, total);
        peaks.forEach(peak -> out.printf(
                Locale.ROOT, "%-32s %16s %9.1f %7.1f%n", "peak of " + peak.numbers, "", peak.gflops, peak.gbytes));
    }

    private static void print(PrintWriter out, Line line) {
        out.printf(
                Locale.ROOT,
                "%-32s %6d %9.4f %9.1f %7.1f%n",
                line.name,
                line.calls,
                line.seconds,
                line.gflops,
                line.gbytes);
    }
}
