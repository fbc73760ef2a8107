package org.modernbert4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.hub.Hub;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.hub.HubSettings;

/**
 * What {@code --model} says: a folder or, if there is none of that name, {@code owner/name[@revision]} on the Hugging Face Hub.
 *
 * @param text as it was given
 */
public record ModelLocation(String text) {
    /**
     * The model's folder. Files of a model on the Hub are downloaded, unless they are in the cache.
     *
     * @param files that are needed
     * @return an existing folder, or the path as it was given where it cannot be a name on the Hub
     * @throws org.modernbert4j.InputException if the folder does not exist and the download fails
     */
    public Path folder(HubFiles files) {
        Optional<HubName> name = HubName.parse(text);
        return name.isEmpty() || Files.exists(Path.of(text)) ? Path.of(text) : hub().model(name.get(), files);
    }

    /** The Hub as the environment has it; downloads show on standard error. */
    static Hub hub() {
        return new Hub(HubSettings.of(System.getenv()), ProgressLine.onStandardError());
    }

    @Override
    public String toString() {
        return text;
    }
}
