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
    private Unit unit = Unit.TEXTS;
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
        show(name, done, total, loss, Unit.TEXTS, null);
    }

    /**
     * Shows how far the work is, as {@link #show(String, long, long, double)} does, and its rate in another unit.
     *
     * @param rate for a reader
     */
    void show(String name, long done, long total, double loss, String rate) {
        show(name, done, total, loss, Unit.TEXTS, rate);
    }

    /**
     * Shows how far a download is, as {@link #show(String, long, long, double)} does.
     *
     * @param file its name
     * @param done bytes done
     * @param total bytes in all; 0 if nobody knows
     */
    void showBytes(String file, long done, long total) {
        show(file, done, total, Double.NaN, Unit.BYTES, null);
    }

    /** What is counted. */
    private enum Unit {
        TEXTS {
            @Override
            String amount(long done, long total) {
                return done + "/" + total;
            }

            @Override
            String rate(double rate) {
                return String.format(Locale.ROOT, "%.1f texts/s", rate);
            }
        },
        BYTES {
            @Override
            String amount(long done, long total) {
                boolean small = Math.max(done, total) < MEGA;
                double scale = small ? KILO : MEGA;
                String of = total > 0 ? String.format(Locale.ROOT, "/%.1f", total / scale) : "";
                return String.format(Locale.ROOT, "%.1f%s %s", done / scale, of, small ? "kB" : "MB");
            }

            @Override
            String rate(double rate) {
                return String.format(Locale.ROOT, "%.1f MB/s", rate / MEGA);
            }
        };

        private static final double KILO = 1e3;
        private static final double MEGA = 1e6;

        abstract String amount(long done, long total);

        abstract String rate(double rate);
    }

    private synchronized void show(String name, long done, long total, double loss, Unit counted, String rate) {
        long now = System.nanoTime();
        if (!name.equals(work)) {
            end();
            work = name;
            unit = counted;
            start = now;
            doneAtStart = done;
            shown = now - (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL / 2);
        }
        boolean last = total > 0 && done >= total;
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
        String bar = terminal && total > 0 ? "[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "] " : "";
        String lossPart = Double.isNaN(loss) ? "" : String.format(Locale.ROOT, "  loss %.4f", loss);
        return String.format(
                Locale.ROOT,
                "%-22s %s%s%s%s",
                work,
                bar,
                unit.amount(done, total),
                lossPart,
                pace(done, total, unitsASecond, rate));
    }

    /** Rate and time left, once the first units have been counted. */
    private String pace(long done, long total, double unitsASecond, String rate) {
        if (!(unitsASecond > 0) || Double.isInfinite(unitsASecond)) {
            return "";
        }
        long left = total - done;
        String until = left > 0 ? time((long) Math.ceil(left / unitsASecond)) + " left" : "done";
        return "  " + (rate == null ? unit.rate(unitsASecond) : rate) + (total > 0 ? "  " + until : "");
    }

    private static String time(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
