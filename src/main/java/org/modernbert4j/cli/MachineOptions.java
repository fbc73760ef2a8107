package org.modernbert4j.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.cost.LinearRate;
import picocli.CommandLine.Option;

/** {@code --backend} and {@code --precision}: what runs the network, and what it multiplies in. */
public final class MachineOptions {
    /** How often both precisions are measured in turn. The best counts, as other work on the machine only slows down. */
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
            names = "--backend",
            paramLabel = "NAME",
            completionCandidates = Names.Backends.class,
            converter = Names.Backends.class,
            description = "What runs the network: ${COMPLETION-CANDIDATES} (auto, the best that works here).")
    private String backend = Backends.AUTO;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "What linear layers and attention multiply in: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})."
                    + " auto measures, and takes bfloat16 where it is faster by a fifth.")
    private Choice precision = Choice.FLOAT32;

    private Precision measured;

    /** The same options, as a command line has them. */
    public List<String> arguments() {
        return List.of("--backend", backend, "--precision", precision.toString());
    }

    /** The name of the backend. */
    public String backend() {
        return backend;
    }

    /** Opens the backend, and says on standard error what a user should know of the choice. */
    public Backend open() {
        Backends.notes(backend).forEach(ProgressLine::printNote);
        return Backends.open(backend);
    }

    /** The precision; {@code auto} measures at the first call, and says in a line on standard error what it chose. */
    public Precision precision() {
        if (measured == null) {
            measured = precision == Choice.AUTO ? faster() : Precision.valueOf(precision.name());
        }
        return measured;
    }

    private Precision faster() {
        try (Backend machine = Backends.open(backend)) {
            double plain = 0;
            double rounded = 0;
            try (LinearRate float32 = new LinearRate(machine, Precision.FLOAT32);
                    LinearRate bfloat16 = new LinearRate(machine, Precision.BFLOAT16)) {
                for (int round = 0; round < ROUNDS; round++) {
                    plain = Math.max(plain, float32.measure(MEASURED_FOR));
                    rounded = Math.max(rounded, bfloat16.measure(MEASURED_FOR));
                }
            }
            Precision faster = rounded > LEAST_GAIN * plain ? Precision.BFLOAT16 : Precision.FLOAT32;
            ProgressLine.printNote(String.format(
                    Locale.ROOT,
                    "precision auto: using %s; linear layers run at %.0f GFLOP/s in bfloat16 here, at %.0f in float32",
                    faster,
                    rounded / GIGA,
                    plain / GIGA));
            return faster;
        } catch (InputException e) {
            ProgressLine.printNote("precision auto: using float32; " + e.getMessage());
            return Precision.FLOAT32;
        }
    }
}
