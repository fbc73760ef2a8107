package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.modernbert4j.pretrain.Measurement;
import org.modernbert4j.pretrain.PretrainingListener;
import org.modernbert4j.report.Numbers;

/** Shows a pre-training: progress and notes on standard error, what is measured on validation sequences on standard output. */
final class PretrainingConsole implements PretrainingListener {
    private final ProgressLine progress = ProgressLine.onStandardError();
    private final PrintWriter out;
    private final Interruption interruption;
    private long start;
    private long tokens;

    PretrainingConsole(PrintWriter out, Interruption interruption) {
        this.out = out;
        this.interruption = interruption;
    }

    @Override
    public void tokenizing(long done, long total) {
        progress.show("tokenizing", done, total, Double.NaN);
    }

    @Override
    public void note(String line) {
        progress.end();
        System.err.println(line);
    }

    @Override
    public void progress(int step, int steps, int tokensOfStep, double loss) {
        long now = System.nanoTime();
        if (start == 0) { // the first step warms up, and is not counted
            start = now;
            progress.show("pre-training", step, steps, loss);
            return;
        }
        tokens += tokensOfStep;
        String rate = Numbers.count(Math.round(tokens / ((now - start) / 1e9))) + " tokens/s";
        progress.show("pre-training", step, steps, loss, rate);
    }

    @Override
    public void measured(Measurement measurement) {
        if (measurement.hasValidation()) {
            progress.end();
            out.printf(
                    Locale.ROOT,
                    "step %s: loss %s, validation loss %s, hidden tokens guessed %s%n",
                    Numbers.count(measurement.step()),
                    Numbers.measure(measurement.loss()),
                    Numbers.measure(measurement.validationLoss()),
                    Numbers.percent(measurement.validationAccuracy()));
            out.flush();
        }
    }

    @Override
    public void saved(Path folder) {
        note("saved " + folder);
    }

    @Override
    public boolean stopRequested() {
        return interruption.requested();
    }
}
