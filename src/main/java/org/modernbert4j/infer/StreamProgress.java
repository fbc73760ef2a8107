package org.modernbert4j.infer;

import org.modernbert4j.Progress;
import org.modernbert4j.data.RowStream;

/** How far work on a stream of rows is, part after part. */
final class StreamProgress {
    private final Progress progress;
    private final long rows;
    private long before;

    /** {@code progress} is told rows; of 0 in all, where the number is not known. */
    StreamProgress(RowStream<?> stream, Progress progress) {
        this.progress = progress;
        this.rows = stream.rows().orElse(0);
    }

    /** For the work on the next part. */
    Progress ofPart() {
        return (done, ofPart) -> progress.report(before + done, rows);
    }

    /** A part is done. */
    void partDone(int rowsOfPart) {
        before += rowsOfPart;
    }

    /** All is done; where the number was not known, it is now. */
    void end() {
        if (rows == 0) {
            progress.report(before, before);
        }
    }
}
