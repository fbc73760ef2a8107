package org.modernbert4j.ops;

import java.util.Arrays;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;

/** What the logits of a batch should say: a target for each row of them. */
public interface Targets {
    /** No text has a target. */
    Targets NONE = new Classes(new int[0]);

    /** How many rows of logits have a target. */
    int count();

    /** The targets as the loss reads them. */
    Array upload(Backend backend);

    /**
     * A class for each row of logits.
     *
     * @param of the classes; a negative one does not count
     */
    record Classes(int[] of) implements Targets {
        @Override
        public int count() {
            return Math.toIntExact(Arrays.stream(of).filter(label -> label >= 0).count());
        }

        @Override
        public Array upload(Backend backend) {
            return backend.upload(of);
        }
    }
}
