package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationReport;
import org.modernbert4j.report.EpochText;
import org.modernbert4j.run.Environment;
import org.modernbert4j.run.RunListener;
import org.modernbert4j.run.RunProgress;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.run.Trained;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.TokenAccuracy;

/** Shows a run: progress and notes on standard error, what is measured on validation texts on standard output. */
public final class RunConsole implements RunListener {
    private final ProgressLine progress = ProgressLine.onStandardError();
    private final PrintWriter out;
    private final Interruption interruption;
    private FreezePlan plan;
    private long start;
    private long tokensAtStart;

    private RunConsole(PrintWriter out, Interruption interruption) {
        this.out = out;
        this.interruption = interruption;
    }

    /**
     * Runs a training on the console, up to its final report.
     *
     * @param command whose {@code --resume} goes on with it
     * @param out standard output
     * @param training what is run
     * @return the exit code
     */
    public static int run(String command, PrintWriter out, Function<RunListener, ? extends Trained<?>> training) {
        try (Interruption interruption = new Interruption()) {
            Trained<?> run = training.apply(new RunConsole(out, interruption));
            if (!run.finished()) {
                System.err.println("interrupted; go on with: " + command + " --resume " + run.folder());
                return Main.INTERRUPTED;
            }
            run.best().flatMap(best -> best.of(ClassificationMetrics.class)).ifPresent(best -> {
                int epochs = run.measurements().size();
                out.printf("%nbest epoch: %d of %d%n%n", best.epoch(), epochs);
                out.println(ClassificationReport.text(best.requireValidation().requireMetrics()));
            });
            Long peak = Environment.peakMebibytes();
            if (peak != null) {
                out.println("peak memory " + Numbers.count(peak) + " MiB");
            }
            out.println("saved in " + run.folder());
            return 0;
        }
    }

    @Override
    public void progress(RunProgress now) {
        if (now.phase() == Phase.TOKENIZING) {
            progress.show("tokenizing", now.done(), now.total(), Double.NaN);
        } else if (plan.epochs().size() > 1 || now.phase() == Phase.EVALUATING) {
            String work = now.phase() == Phase.TRAINING ? "training" : "evaluating";
            String name = "epoch %d/%d %s".formatted(now.epoch(), plan.epochs().size(), work);
            progress.show(name, now.done(), now.total(), now.loss(), rate(now));
        } else {
            progress.show("training", now.step(), now.steps(), now.loss(), rate(now));
        }
    }

    /** Tokens a second, once the first step has warmed up; null before. */
    private String rate(RunProgress now) {
        if (now.phase() != Phase.TRAINING || start == 0) {
            start = System.nanoTime();
            tokensAtStart = now.tokens();
            return null;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return Numbers.count(Math.round((now.tokens() - tokensAtStart) / seconds)) + " tokens/s";
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
    public void measured(Measurement<?> measurement) {
        if (measurement.validation().isEmpty()) {
            return;
        }
        progress.end();
        Optional<Measurement<ClassificationMetrics>> labels = measurement.of(ClassificationMetrics.class);
        labels.ifPresent(one -> out.println(EpochText.of(one, plan)));
        measurement
                .of(TokenAccuracy.class)
                .ifPresent(one -> out.printf(
                        Locale.ROOT,
                        "step %s: loss %s, validation loss %s, hidden tokens guessed %s%n",
                        Numbers.count(one.step()),
                        Numbers.metric(one.training().loss()),
                        Numbers.metric(one.requireValidation().loss()),
                        Numbers.percent(one.requireValidation().requireMetrics().accuracy())));
        out.flush();
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
