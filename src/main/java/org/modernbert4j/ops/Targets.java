package org.modernbert4j.ops;

import java.util.Arrays;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;

/** The targets of a batch: one for each row of logits. */
public interface Targets {
    /** No targets. */
    Targets NONE = new Classes(new int[0]);

    /** Number of rows of logits with a target that counts. */
    int count();

    /** Uploads the targets in the form that the loss reads. */
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
