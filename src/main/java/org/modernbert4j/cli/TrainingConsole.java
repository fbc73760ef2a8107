package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.report.EpochText;
import org.modernbert4j.train.TrainingListener;

/** Shows a run: progress and notes on standard error, results of the epochs on standard output. */
final class TrainingConsole implements TrainingListener {
    private final ProgressLine progress = ProgressLine.onStandardError();
    private final PrintWriter out;
    private final Interruption interruption;
    private FreezePlan plan;

    TrainingConsole(PrintWriter out, Interruption interruption) {
        this.out = out;
        this.interruption = interruption;
    }

    @Override
    public void progress(Phase phase, int epoch, long done, long total, double loss) {
        String name =
                switch (phase) {
                    case TOKENIZING -> "tokenizing";
                    case TRAINING ->
                        "epoch %d/%d training".formatted(epoch, plan.epochs().size());
                    case EVALUATING ->
                        "epoch %d/%d evaluating".formatted(epoch, plan.epochs().size());
                };
        progress.show(name, done, total, loss);
    }

    @Override
    public void note(String line) {
        progress.end();
        System.err.println(line);
    }

    @Override
    public void planned(FreezePlan planned) {
        plan = planned;
    }

    @Override
    public void epochStarts(EpochPlan epoch) {
        note(epoch.toString());
    }

    @Override
    public void epochEnds(EpochResult result) {
        progress.end();
        out.println(EpochText.of(result, plan));
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
