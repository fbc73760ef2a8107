package org.modernbert4j.pretrain;

import java.nio.file.Path;
import java.util.List;

/**
 * What a run left.
 *
 * @param folder the run's folder
 * @param measurements of its course
 * @param finished whether the run reached its end; if not, it can be resumed, and there is no model yet
 */
public record Pretrained(Path folder, List<Measurement> measurements, boolean finished) {
    /** Folder of the model in the published layout. */
    public Path model() {
        return folder.resolve(Pretraining.MODEL);
    }
}
