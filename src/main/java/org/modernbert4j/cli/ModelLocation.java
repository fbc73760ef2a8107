package org.modernbert4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.modernbert4j.hub.Hub;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.hub.HubName;

/**
 * What {@code --model} says: a folder or, if there is none of that name, {@code owner/name[@revision]} on the Hugging Face Hub.
 *
 * @param text as it was given
 */
public record ModelLocation(String text) {
    /**
     * The model's folder. What is wanted of a model of the Hub is downloaded, unless it is in the cache.
     *
     * @param files that are wanted
     * @return a folder that is there, or the path as it was given where it cannot be a name on the Hub
     * @throws org.modernbert4j.InputException if it is neither there nor to be had
     */
    public Path folder(HubFiles files) {
        return folder(files, Downloads::hub);
    }

    Path folder(HubFiles files, Supplier<Hub> hub) {
        Optional<HubName> name = HubName.parse(text);
        return name.isEmpty() || Files.exists(Path.of(text))
                ? Path.of(text)
                : hub.get().model(name.get(), files);
    }

    @Override
    public String toString() {
        return text;
    }
}
