package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.report.EpochText;
import org.modernbert4j.train.TrainingListener;

/** Shows a run: progress and notes on standard error, results of the epochs on standard output. */
final class TrainingConsole implements TrainingListener {
    private final ProgressLine progress = ProgressLine.onStandardError();
    private final PrintWriter out;
    private final int epochs;
    private final Interruption interruption;

    TrainingConsole(PrintWriter out, int epochs, Interruption interruption) {
        this.out = out;
        this.epochs = epochs;
        this.interruption = interruption;
    }

    @Override
    public void progress(Phase phase, int epoch, long done, long total, double loss) {
        String name =
                switch (phase) {
                    case TOKENIZING -> "tokenizing";
                    case TRAINING -> "epoch %d/%d training".formatted(epoch, epochs);
                    case EVALUATING -> "epoch %d/%d evaluating".formatted(epoch, epochs);
                };
        progress.show(name, done, total, loss);
    }

    @Override
    public void note(String line) {
        progress.end();
        System.err.println(line);
    }

    @Override
    public void epochStarts(int epoch, long trainable, String description) {
        note(String.format(
                Locale.ROOT, "epoch %d/%d: %,d parameters train: %s", epoch, epochs, trainable, description));
    }

    @Override
    public void epochEnds(EpochResult result) {
        progress.end();
        out.println(EpochText.of(result, epochs));
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
