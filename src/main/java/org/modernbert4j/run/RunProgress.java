package org.modernbert4j.run;

/**
 * How far a run is.
 *
 * @param phase the current work
 * @param epoch from 1; 0 before the first
 * @param done texts so far in the phase or the epoch
 * @param total all texts of the phase or the epoch
 * @param step optimizer steps of the run so far
 * @param steps all steps of the run; 0 while unknown
 * @param tokens number of tokens in the steps so far
 * @param loss mean since the last measurement; NaN if there is none
 */
public record RunProgress(
        Phase phase, int epoch, long done, long total, int step, int steps, long tokens, double loss) {
    /** The kind of work. */
    public enum Phase {
        /** Tokenizes the texts; reported from several threads. */
        TOKENIZING,
        /** Steps on the training texts. */
        TRAINING,
        /** A pass over the validation texts. */
        EVALUATING,
        /** The pass of the final model over the test texts. */
        TESTING
    }
}
