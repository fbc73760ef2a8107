package org.modernbert4j.backend.cuda;

/**
 * Where a kernel writes results.
 *
 * @param exact float32; null if not wanted
 * @param rounded to bfloat16; null if not wanted
 */
record Result(CudaArray exact, CudaArray rounded) {
    /**
     * An output of an op, as {@link org.modernbert4j.backend.Backend#run} is given it.
     *
     * @param out all outputs, and behind them, if any is wanted rounded, all rounded ones
     * @param i number of the output
     * @param outputs how many the op has
     */
    static Result of(CudaArray[] out, int i, int outputs) {
        return new Result(out[i], out.length > outputs ? out[outputs + i] : null);
    }

    /** The only output of an op. */
    static Result of(CudaArray[] out) {
        return of(out, 0, 1);
    }
}
