package org.modernbert4j.pretrain;

import java.util.ArrayList;
import java.util.List;

/** Where a run is, between two steps: with the weights and the optimizer's state, all that is needed to go on. */
final class PretrainingState {
    /** Optimizer steps so far. */
    int step;

    /** Tokens that they have seen. */
    long tokens;

    /** Seconds that they have taken. */
    double seconds;

    /** Sum of the losses of the steps since the last measurement. */
    double lossSum;

    /** How many steps these are. */
    int summed;

    final List<Measurement> measurements = new ArrayList<>();

    /** The mean loss of the steps since the last measurement. */
    double loss() {
        return lossSum / summed;
    }

    void measured(Measurement measurement) {
        measurements.add(measurement);
        lossSum = 0;
        summed = 0;
    }
}
