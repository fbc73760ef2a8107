package org.modernbert4j.freeze;

import java.io.File;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;
import org.modernbert4j.model.ModernBertConfig;

/**
 * What trains in each epoch. Its text is what {@link #read} reads from a file.
 *
 * @param name what messages call it
 * @param changes epoch, from 0, to what trains from then on until the next change; begins with epoch 0
 */
public record Schedule(String name, NavigableMap<Integer, Selector> changes) {
    /** Keeps its own copy of the changes. */
    public Schedule {
        changes = Collections.unmodifiableNavigableMap(new TreeMap<>(changes));
        if (changes.isEmpty() || changes.firstKey() != 0) {
            throw new IllegalArgumentException("a schedule begins with epoch 0, found " + changes);
        }
    }

    /** The same in every epoch. */
    public static Schedule constant(Selector selector) {
        return new Schedule(selector.toString(), new TreeMap<>(Collections.singletonMap(0, selector)));
    }

    /**
     * Reads a file with a line {@code epoch: selector} for each change, epochs counted from 1 and rising. What follows a
     * {@code #} is a comment.
     *
     * @throws InputException if the file cannot be read or is no schedule; the message names the line
     */
    public static Schedule read(Path file) {
        return ScheduleFile.read(file);
    }

    /**
     * A schedule by its name, or if there is none of that name, from a file.
     *
     * @param nameOrFile the name of a {@link NamedSchedule}, or a path
     * @param config the encoder it is for
     * @throws InputException if it is neither, or {@link #read} refuses the file
     */
    public static Schedule of(String nameOrFile, ModernBertConfig config) {
        Optional<NamedSchedule> named = NamedSchedule.named(nameOrFile);
        if (named.isPresent()) {
            return named.get().schedule(config.layers());
        }
        File file = new File(nameOrFile);
        if (!file.exists()) {
            throw new InputException("schedule \"%s\": found no such file, wanted a file or one of %s"
                    .formatted(nameOrFile, List.of(NamedSchedule.values())));
        }
        return read(file.toPath());
    }

    /**
     * What trains.
     *
     * @param epoch from 0
     */
    public Selector selector(int epoch) {
        return changes.floorEntry(epoch).getValue();
    }

    @Override
    public String toString() {
        return changes.entrySet().stream()
                .map(change -> change.getKey() + 1 + ": " + change.getValue())
                .collect(Collectors.joining("\n"));
    }
}
