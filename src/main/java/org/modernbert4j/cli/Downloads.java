package org.modernbert4j.cli;

import org.modernbert4j.hub.DownloadListener;
import org.modernbert4j.hub.Hub;
import org.modernbert4j.hub.HubSettings;

/** Shows downloads on standard error. */
final class Downloads implements DownloadListener {
    private final ProgressLine progress = ProgressLine.onStandardError();

    private Downloads() {}

    /** The Hub as the environment has it. */
    static Hub hub() {
        return new Hub(HubSettings.of(System.getenv()), new Downloads());
    }

    @Override
    public void progress(String file, long done, long total) {
        progress.showBytes(file, done, total);
    }

    @Override
    public void note(String line) {
        progress.end();
        System.err.println(line);
    }
}
