package org.modernbert4j.run;

/** The loss is not a finite number. The one-line message says where, and what to do. The command line exits with code 5. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param epoch from 1
     * @param step from 1
     * @param loss of the step
     */
    public DivergedException(int epoch, int step, double loss) {
        super("epoch %d, step %d: the loss is %s; use a lower learning rate, a warm-up or gradient clipping"
                .formatted(epoch, step, loss));
    }
}
