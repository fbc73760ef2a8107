package org.modernbert4j.run;

/**
 * How far a run is.
 *
 * @param phase what takes time
 * @param epoch from 1, or 0 before the first
 * @param done texts so far, of the phase or of the epoch
 * @param total texts in all
 * @param step optimizer steps of the run so far
 * @param steps of the run in all; 0 while unknown
 * @param tokens that the steps have seen so far
 * @param loss mean since the last measurement, or NaN where there is none
 */
public record RunProgress(
        Phase phase, int epoch, long done, long total, int step, int steps, long tokens, double loss) {
    /** What kind of work takes time. */
    public enum Phase {
        /** Texts become tokens; reported from several threads. */
        TOKENIZING,
        /** Steps on the training texts. */
        TRAINING,
        /** A pass over the validation texts. */
        EVALUATING
    }
}
