package org.modernbert4j.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * How far some work is, on standard error: on a terminal one line that changes, elsewhere a new line every few seconds. Rate and
 * time left are those of the work since its start.
 */
final class ProgressLine {
    private static final int BAR = 20;
    private static final long TERMINAL_INTERVAL = 100_000_000L;
    private static final long LOG_INTERVAL = 5_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private String work = "";
    private long start;
    private long doneAtStart;
    private long shown;
    private boolean open;

    /**
     * Shows progress on a stream.
     *
     * @param out where to
     * @param terminal whether a carriage return goes back to the beginning of the line
     */
    ProgressLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Standard error, as it is. */
    @SuppressWarnings("SystemConsoleNull") // the launcher asks newer JDKs for the meaning it had up to 21
    static ProgressLine onStandardError() {
        return new ProgressLine(System.err, System.console() != null && System.getenv("TERM") != null);
    }

    /**
     * Shows how far the work is, not more often than a reader can follow. May be called from any thread.
     *
     * @param name of the work; a new one begins a new line
     * @param done units done
     * @param total units in all
     * @param loss shown unless it is NaN
     */
    void show(String name, long done, long total, double loss) {
        show(name, done, total, loss, null);
    }

    /**
     * Shows how far the work is, and its rate in another unit.
     *
     * @param rate for a reader; null for that of the units since the start of the work
     */
    synchronized void show(String name, long done, long total, double loss, String rate) {
        long now = System.nanoTime();
        if (!name.equals(work)) {
            end();
            work = name;
            start = now;
            doneAtStart = done;
            shown = now - (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL / 2);
        }
        boolean last = done >= total;
        if (!last && now - shown < (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL)) {
            return;
        }
        shown = now;
        String line = line(done, total, loss, (done - doneAtStart) / ((now - start) / 1e9), rate);
        if (terminal) {
            out.print("\r" + line + "\u001b[K");
            open = true;
        } else {
            out.println(line);
        }
        if (last) {
            end();
        }
        out.flush();
    }

    /** Ends the present work's line, so that something else can be written. */
    synchronized void end() {
        if (open) {
            out.println();
            open = false;
        }
        work = "";
    }

    private String line(long done, long total, double loss, double unitsASecond, String rate) {
        int filled = (int) (BAR * done / Math.max(1, total));
        String bar = terminal ? "[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "] " : "";
        String lossPart = Double.isNaN(loss) ? "" : String.format(Locale.ROOT, "  loss %.4f", loss);
        return String.format(
                Locale.ROOT,
                "%-22s %s%d/%d%s%s",
                work,
                bar,
                done,
                total,
                lossPart,
                pace(total - done, unitsASecond, rate));
    }

    /** Rate and time left, once the first units have been counted. */
    private static String pace(long left, double unitsASecond, String rate) {
        if (!(unitsASecond > 0) || Double.isInfinite(unitsASecond)) {
            return "";
        }
        String until = left > 0 ? time((long) Math.ceil(left / unitsASecond)) + " left" : "done";
        String pace = rate == null ? String.format(Locale.ROOT, "%.1f texts/s", unitsASecond) : rate;
        return "  " + pace + "  " + until;
    }

    private static String time(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
