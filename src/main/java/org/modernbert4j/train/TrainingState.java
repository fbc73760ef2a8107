package org.modernbert4j.train;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.report.EpochResult;

/** Where a run is, between two steps: with the weights and the optimizer's state, all that is needed to go on. */
final class TrainingState {
    /** Epochs finished. */
    int epoch;

    /** Batches of the present epoch that are done. */
    int batch;

    /** Optimizer steps so far. */
    int step;

    /** Sum of the losses of the present epoch's texts so far. */
    double lossSum;

    /** Seconds that the present epoch's steps have taken. */
    double seconds;

    /** The class given to each text of the present epoch so far, and its true class, in the order they came. */
    final List<Integer> predicted = new ArrayList<>();

    final List<Integer> truth = new ArrayList<>();

    /** Results of the finished epochs. */
    final List<EpochResult> results = new ArrayList<>();

    /** The finished epoch, from 1, with the best weighted validation F1, or 0. */
    int bestEpoch() {
        return bestEpoch(results);
    }

    /** The epoch, from 1, with the best weighted validation F1, or 0 if there is none. */
    static int bestEpoch(List<EpochResult> results) {
        int best = 0;
        for (EpochResult result : results) {
            if (best == 0 || f1(result) > f1(results.get(best - 1))) {
                best = result.epoch();
            }
        }
        return best;
    }

    private static double f1(EpochResult result) {
        return result.validation().weighted().f1();
    }

    /** The present epoch has ended with this result. */
    void endEpoch(EpochResult result) {
        results.add(result);
        epoch++;
        batch = 0;
        lossSum = 0;
        seconds = 0;
        predicted.clear();
        truth.clear();
    }
}
