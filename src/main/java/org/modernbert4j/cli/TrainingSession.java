package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.util.function.Function;
import org.modernbert4j.report.ClassificationReport;
import org.modernbert4j.report.Numbers;
import org.modernbert4j.train.FineTuned;
import org.modernbert4j.train.PeakMemory;
import org.modernbert4j.train.TrainingListener;

/** Runs a training on the console, up to its final report. */
public final class TrainingSession {
    private TrainingSession() {}

    /**
     * Trains and prints.
     *
     * @param out standard output
     * @param training what is run
     * @return the exit code
     */
    public static int run(PrintWriter out, Function<TrainingListener, FineTuned> training) {
        try (Interruption interruption = new Interruption()) {
            FineTuned run = training.apply(new TrainingConsole(out, interruption));
            if (!run.finished()) {
                System.err.println("interrupted; go on with: train --resume " + run.folder());
                return Main.INTERRUPTED;
            }
            out.println();
            out.println("best epoch: " + run.bestEpoch() + " of " + run.epochs().size());
            out.println();
            out.println(ClassificationReport.text(run.best().validation()));
            Long peak = PeakMemory.mebibytes();
            if (peak != null) {
                out.println("peak memory " + Numbers.count(peak) + " MiB");
            }
            out.println("saved in " + run.folder());
            return 0;
        }
    }
}
