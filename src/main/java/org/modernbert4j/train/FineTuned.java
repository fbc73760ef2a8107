package org.modernbert4j.train;

import java.nio.file.Path;
import java.util.List;
import org.modernbert4j.report.EpochResult;

/**
 * What a run left.
 *
 * @param folder the run's folder; {@link TextClassifier#open} takes it
 * @param epochs results of the finished epochs
 * @param bestEpoch the one with the best weighted validation F1, from 1; 0 if none has finished
 * @param finished whether the run reached its end; if not, it can be resumed
 */
public record FineTuned(Path folder, List<EpochResult> epochs, int bestEpoch, boolean finished) {
    /** The result of the best epoch. */
    public EpochResult best() {
        return epochs.get(bestEpoch - 1);
    }
}
