package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.run.Environment;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.run.RunListener;
import org.modernbert4j.run.RunProgress;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.run.Trained;
import org.modernbert4j.task.DataSummary;
import org.modernbert4j.task.Measurement;

/** Shows a run: progress and notes on standard error, what is measured on validation texts on standard output. */
public final class RunConsole implements RunListener {
    private final ProgressLine progress = ProgressLine.onStandardError();
    private final PrintWriter out;
    private final Interruption interruption;
    private FreezePlan plan;
    private EpochPlan shown;
    private long start;
    private long tokensAtStart;

    private RunConsole(PrintWriter out, Interruption interruption) {
        this.out = out;
        this.interruption = interruption;
    }

    /**
     * Runs a training on the console, up to its final report; gives the exit code.
     *
     * @param command whose {@code --resume} goes on with it
     * @param out standard output
     */
    public static int run(String command, PrintWriter out, Function<RunListener, ? extends Trained<?>> training) {
        try (Interruption interruption = new Interruption()) {
            Trained<?> run = training.apply(new RunConsole(out, interruption));
            if (!run.finished()) {
                System.err.println("interrupted; go on with: " + TypedCommand.of(command, "--resume", run.folder()));
                return Main.INTERRUPTED;
            }
            run.summary().ifPresent(out::println);
            Long peak = Environment.peakMebibytes();
            if (peak != null) {
                out.println("peak memory " + Numbers.count(peak) + " MiB");
            }
            out.println("saved in " + run.folder());
            Path page = run.folder().resolve(RunFolder.PAGE);
            if (Files.exists(page)) {
                out.println("report: " + page);
                out.println("next: " + TypedCommand.of("predict", "--model", run.folder(), "a text to label"));
            }
            return 0;
        }
    }

    @Override
    public void progress(RunProgress now) {
        boolean training = now.phase() == Phase.TRAINING;
        if (now.phase() == Phase.TOKENIZING) {
            progress.of("tokenizing").report(now.done(), now.total());
        } else if (now.phase() == Phase.TESTING) {
            progress.of("testing").report(now.done(), now.total());
        } else if (training && plan.epochs().size() == 1) {
            progress.show("training", now.step(), now.steps(), now.loss(), rate(now));
        } else {
            String work = training ? "training" : "evaluating";
            String epoch = plan.epochs().size() == 1
                    ? ""
                    : "epoch %d/%d ".formatted(now.epoch(), plan.epochs().size());
            progress.show(epoch + work, now.done(), now.total(), now.loss(), rate(now));
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
        progress.note(line);
    }

    @Override
    public void data(DataSummary summary) {
        summary.lines().forEach(progress::line);
    }

    @Override
    public void planned(FreezePlan planned) {
        plan = planned;
    }

    /** Shows what trains, where that is not the same as in the epoch before. */
    @Override
    public void epochStarts(EpochPlan epoch) {
        if (shown == null || !shown.trainable().equals(epoch.trainable())) {
            progress.line(epoch.toString());
        }
        shown = epoch;
    }

    @Override
    public void measured(Measurement<?> measurement, Optional<String> text) {
        text.ifPresent(lines -> {
            progress.end();
            out.println(lines);
            out.flush();
        });
    }

    @Override
    public void saved(Path folder) {
        progress.line("saved " + folder);
    }

    @Override
    public boolean stopRequested() {
        return interruption.requested();
    }

    /** On Ctrl-C the JVM waits until the run, which asks {@link #requested}, has saved its state and ended. */
    private static final class Interruption implements AutoCloseable {
        private final CountDownLatch finished = new CountDownLatch(1);
        private final Thread hook = new Thread(this::request, "interruption");
        private volatile boolean requested;

        Interruption() {
            Runtime.getRuntime().addShutdownHook(hook);
        }

        /** Whether the work should save its state and end. */
        boolean requested() {
            return requested;
        }

        private void request() {
            requested = true;
            System.err.println();
            System.err.println("interrupted: saving after this step");
            try {
                finished.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** The work has ended. */
        @Override
        public void close() {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending: the hook has run or runs now, and does not wait any more
            }
        }
    }
}
