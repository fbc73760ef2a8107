package org.modernbert4j.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.optim.LearningRateSchedule.Shape;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.MaskedTokens;

/** A process that trains until it ends, or is ended. */
final class RunProcess {
    /** What a line of a process begins with that has done a step; its number follows. */
    static final String STEP = "step ";

    /** What the last line of a process begins with; the number of its changes of files follows. */
    static final String CHANGES = "changes ";

    private RunProcess() {}

    /**
     * Begins a run, or goes on with it.
     *
     * @param arguments {@code train} or {@code pretrain}; the run's folder; the change of a file that the process ends at, or 0
     */
    public static void main(String[] arguments) {
        Path folder = HaltingFiles.of(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        RunListener steps = new RunListener() {
            @Override
            public void progress(RunProgress progress) {
                if (progress.phase() == Phase.TRAINING) {
                    System.out.println(STEP + progress.step());
                }
            }
        };
        if (RunFolder.holdsRun(folder)) {
            Run.resume(folder, steps);
        } else {
            run(arguments[0], folder).start(steps);
        }
        System.out.println(CHANGES + HaltingFiles.changes(folder));
    }

    /** Runs with warm-up, accumulation, clipping, and checkpoints inside of epochs; the fine-tuning has a schedule and dropout. */
    private static Run<?> run(String kind, Path folder) {
        if (kind.equals("train")) {
            return Runs.small(folder)
                    .training(training -> training.epochs(3)
                            .accumulation(2)
                            .learningRateSchedule(Shape.COSINE, 0.2)
                            .saving(Saving.steps(4)))
                    .freezing(NamedSchedule.END_TO_START)
                    .backend("cpu")
                    .build();
        }
        return Run.builder(
                        TinyCheckpoint.MODEL,
                        MaskedTokens.of(TinyCheckpoint.DATA).withLength(48),
                        folder)
                .training(training -> training.steps(18)
                        .batchSize(8)
                        .accumulation(2)
                        .learningRate(1e-2)
                        .learningRateSchedule(new LearningRateSchedule(Shape.WSD, 0.1, 0.2))
                        .maxGradientNorm(OptionalDouble.of(1))
                        .every(new Intervals(OptionalInt.of(3), OptionalInt.of(6), Saving.steps(4))))
                .backend("cpu")
                .build();
    }

    /** Starts one on a JDK. */
    static Process start(Jdk jdk, String kind, Path folder, int haltAt) throws IOException {
        String java = jdk.home().resolve("bin/java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dvector=off")); // they start sooner so
        command.addAll(List.of(RunProcess.class.getName(), kind, folder.toString(), String.valueOf(haltAt)));
        return new ProcessBuilder(command)
                .redirectError(
                        folder.resolveSibling(folder.getFileName() + ".err").toFile())
                .start();
    }
}
