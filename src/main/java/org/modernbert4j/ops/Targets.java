package org.modernbert4j.ops;

import java.util.Arrays;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;

/** The targets of a batch: one for each row of the logits. */
public interface Targets {
    /** No text has a target. */
    Targets NONE = new Classes(new int[0]);

    /** How many rows of logits have a target that counts. */
    int count();

    /** The targets as the loss reads them. */
    Array upload(Backend backend);

    /**
     * A class for each row of logits.
     *
     * @param labels the classes; a negative one does not count
     */
    record Classes(int[] labels) implements Targets {
        @Override
        public int count() {
            return Math.toIntExact(
                    Arrays.stream(labels).filter(label -> label >= 0).count());
        }

        @Override
        public Array upload(Backend backend) {
            return backend.upload(labels);
        }
    }
}
