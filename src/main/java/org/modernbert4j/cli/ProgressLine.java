package org.modernbert4j.cli;

import java.io.PrintStream;
import java.util.Locale;
import org.modernbert4j.Numbers;
import org.modernbert4j.Progress;
import org.modernbert4j.hub.DownloadListener;

/**
 * How far some work is, on standard error: on a terminal one line that changes, elsewhere a new line every few seconds. Rate and
 * time left are those of the work since its start. May be used from any thread.
 */
final class ProgressLine implements DownloadListener {
    /** What begins each line that a user should know, beside results, progress and errors. */
    static final String NOTE = "note: ";

    private static final int BAR = 20;
    private static final long TERMINAL_INTERVAL = 100_000_000L;
    private static final long LOG_INTERVAL = 5_000_000_000L;
    private static final double KILO = 1e3;
    private static final double MEGA = 1e6;

    private final PrintStream out;
    private final boolean terminal;
    private String work = "";
    private boolean bytes;
    private long start;
    private long doneAtStart;
    private long shown;
    private boolean open;

    /** Shows progress on a stream; on a terminal a carriage return goes back to the beginning of the line. */
    ProgressLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Standard error, as it is. */
    @SuppressWarnings("SystemConsoleNull") // the launcher asks newer JDKs for the meaning it had up to 21
    static ProgressLine onStandardError() {
        return new ProgressLine(System.err, System.console() != null && System.getenv("TERM") != null);
    }

    /** Shows how far a work on texts is. */
    Progress of(String name) {
        return (done, total) -> show(name, done, total, Double.NaN, null);
    }

    /**
     * Shows how far a work on texts is, not more often than a reader can follow.
     *
     * @param name of the work; a new one begins a new line
     * @param done texts done
     * @param total texts in all; 0 where that is not known
     * @param loss shown unless it is NaN
     * @param rate shown instead of texts a second; null for those
     */
    void show(String name, long done, long total, double loss, String rate) {
        show(name, done, total, false, loss, rate);
    }

    @Override
    public void progress(String file, long done, long total) {
        show(file, done, total, true, Double.NaN, null);
    }

    /** Shows, between the lines of the work, what a user should know. */
    @Override
    public void note(String line) {
        line(NOTE + line);
    }

    /** Shows a line between those of the work. */
    void line(String line) {
        end();
        out.println(line);
    }

    /** Shows on standard error what a user should know. */
    static void printNote(String line) {
        System.err.println(NOTE + line);
    }

    private synchronized void show(
            String name, long done, long total, boolean countsBytes, double loss, String givenRate) {
        long now = System.nanoTime();
        if (!name.equals(work)) {
            end();
            work = name;
            bytes = countsBytes;
            start = now;
            doneAtStart = done;
            shown = now - (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL / 2);
        }
        boolean last = total > 0 && done >= total;
        if (!last && now - shown < (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL)) {
            return;
        }
        shown = now;
        String line = line(done, total, loss, (done - doneAtStart) / ((now - start) / 1e9), givenRate);
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

    /** Takes the present work's line away, so that results can be written to the same terminal; the next progress writes it again. */
    synchronized void clear() {
        if (open) {
            out.print("\r\u001b[K");
            out.flush();
            open = false;
        }
    }

    /** Ends the present work's line, so that something else can be written. */
    synchronized void end() {
        if (open) {
            out.println();
            open = false;
        }
        work = "";
    }

    private String line(long done, long total, double loss, double unitsASecond, String givenRate) {
        int filled = (int) (BAR * done / Math.max(1, total));
        String bar = terminal && total > 0 ? "[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "] " : "";
        String amount = bytes ? size(done, total) : total > 0 ? done + "/" + total : String.valueOf(done);
        String lossPart = Double.isNaN(loss) ? "" : "  loss " + Numbers.metric(loss);
        return "%-22s ".formatted(work) + bar + amount + lossPart + pace(done, total, unitsASecond, givenRate);
    }

    private static String size(long done, long total) {
        boolean small = Math.max(done, total) < MEGA;
        double scale = small ? KILO : MEGA;
        String of = total > 0 ? "/" + Numbers.fixed(total / scale, 1) : "";
        return Numbers.fixed(done / scale, 1) + of + (small ? " kB" : " MB");
    }

    /** Rate and time left, once the first units have been counted. */
    private String pace(long done, long total, double unitsASecond, String givenRate) {
        if (!(unitsASecond > 0) || Double.isInfinite(unitsASecond)) {
            return "";
        }
        String counted =
                bytes ? Numbers.fixed(unitsASecond / MEGA, 1) + " MB/s" : Numbers.fixed(unitsASecond, 1) + " texts/s";
        long left = total - done;
        String until = left > 0 ? time((long) Math.ceil(left / unitsASecond)) + " left" : "done";
        return "  " + (givenRate == null ? counted : givenRate) + (total > 0 ? "  " + until : "");
    }

    private static String time(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
