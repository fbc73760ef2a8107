package org.modernbert4j.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.train.GemmRate;
import picocli.CommandLine.Option;

/** {@code --precision}: what the network multiplies in, as far as the machine gains by it. */
public final class PrecisionOption {
    /** Both are measured in turn, so many times: the best counts, as other work on the machine only slows down. */
    private static final int ROUNDS = 4;

    private static final Duration MEASURED_FOR = Duration.ofMillis(50);

    /** What bfloat16 must gain to be worth its rounding. */
    private static final double LEAST_GAIN = 1.2;

    private static final double GIGA = 1e9;

    private enum Choice {
        FLOAT32,
        BFLOAT16,
        AUTO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description =
                    "What linear layers and attention multiply in: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). bfloat16 and auto measure both"
                            + " and stay with float32 where that is as fast.")
    private Choice choice = Choice.FLOAT32;

    private Precision measured;

    /** The same option, as a command line has it. */
    public List<String> arguments() {
        return List.of("--precision", choice.toString());
    }

    /**
     * The precision for this machine. The first call measures, and says in a line on standard error what, and what it chose.
     */
    public Precision precision() {
        if (measured == null) {
            measured = choice == Choice.FLOAT32 ? Precision.FLOAT32 : measure();
        }
        return measured;
    }

    private Precision measure() {
        try {
            GemmRate<?> float32 = GemmRate.ofFloat32();
            GemmRate<?> bfloat16 = GemmRate.ofBfloat16();
            double plain = 0;
            double rounded = 0;
            for (int round = 0; round < ROUNDS; round++) {
                plain = Math.max(plain, float32.measure(MEASURED_FOR) / GIGA);
                rounded = Math.max(rounded, bfloat16.measure(MEASURED_FOR) / GIGA);
            }
            Precision faster = rounded > LEAST_GAIN * plain ? Precision.BFLOAT16 : Precision.FLOAT32;
            System.err.printf(
                    Locale.ROOT,
                    "precision %s: %s; products run at %.0f GFLOP/s in bfloat16 here, at %.0f in float32%n",
                    choice,
                    faster == Precision.BFLOAT16 ? "using bfloat16" : "using float32 instead",
                    rounded,
                    plain);
            return faster;
        } catch (LinkageError | IllegalStateException e) {
            System.err.println("precision " + choice
                    + ": using float32 instead; this machine has no bfloat16 products (" + e.getMessage() + ")");
            return Precision.FLOAT32;
        }
    }
}
