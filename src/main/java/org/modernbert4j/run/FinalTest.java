package org.modernbert4j.run;

import java.util.Map;
import java.util.Optional;
import org.modernbert4j.OutputFile;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Task;

/**
 * Measures the final model of a run on its test texts, and writes what it finds into the run's folder.
 *
 * @param task with the test texts; without any there is nothing to measure
 * @param listener told of each batch
 */
record FinalTest<M>(
        Run<M> run, Task<M> task, Architecture architecture, Backend backend, Layout layout, RunListener listener) {
    /**
     * The outcome, if there are test texts.
     *
     * @param stepped whether the weights may be others than those that were measured before, if they were
     * @throws DivergedException if the loss is not finite
     */
    Optional<Outcome<M>> outcome(boolean stepped) {
        if (task.texts().test().isEmpty()) {
            return Optional.empty();
        }
        Optional<Outcome<M>> before = stepped ? Optional.empty() : TestResult.read(run.output(), task.metricsFormat());
        return before.or(this::measure);
    }

    private Optional<Outcome<M>> measure() {
        Map<Parameter, Array> weights;
        try (Checkpoint model = Checkpoint.open(RunFolder.model(run.output()))) {
            weights = model.load(architecture, backend, run.training().seed()).weights();
        }
        long start = System.nanoTime();
        try (Network network =
                new Network(architecture, weights, backend, run.precision(), task.length(), task.loss())) {
            int batchSize = run.training().batchSize();
            return task.test(network, layout, batchSize, this::progress)
                    .map(found -> written(found, (System.nanoTime() - start) / 1e9));
        } finally {
            weights.values().forEach(Array::close);
        }
    }

    private Outcome<M> written(Task.Evaluated<M> found, double seconds) {
        if (!Double.isFinite(found.loss())) {
            throw new DivergedException(
                    "on the test texts: found a loss of %s, expected a finite number; look at these texts and at the weights"
                            .formatted(found.loss()));
        }
        Outcome<M> outcome = new Outcome<>(found.loss(), Optional.of(found.metrics()), seconds);
        found.files().forEach((file, text) -> OutputFile.write(run.output().resolve(file), text, RunSession.REMEDY));
        TestResult.write(run.output(), outcome, task.metricsFormat());
        return outcome;
    }

    private void progress(long done, long total) {
        listener.progress(new RunProgress(Phase.TESTING, 0, done, total, 0, 0, 0, Double.NaN));
    }
}
