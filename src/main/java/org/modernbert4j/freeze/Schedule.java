package org.modernbert4j.freeze;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.NearNames;
import org.modernbert4j.SettingException;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.model.EncoderConfig;

/**
 * Says what trains in each epoch. {@link #read} reads the text of {@link #toString} back from a file.
 *
 * @param name its name in messages
 * @param changes maps an epoch, counted from 0, to what trains from then until the next change; begins with epoch 0
 * @param lines maps the epochs of changes to their lines, counted from 1, if they stand in a file; empty otherwise
 */
public record Schedule(String name, NavigableMap<Integer, Selector> changes, Map<Integer, Integer> lines) {
    private static final Pattern COMMENT = Pattern.compile("#.*");
    private static final Pattern CHANGE = Pattern.compile("([1-9]\\d{0,8})\\s*:(.*)");

    /** Keeps its own copies. */
    public Schedule {
        lines = Map.copyOf(lines);
        changes = Collections.unmodifiableNavigableMap(new TreeMap<>(changes));
        if (changes.isEmpty() || changes.firstKey() != 0) {
            throw new IllegalArgumentException("a schedule begins with epoch 0, found " + changes);
        }
    }

    /** A schedule that stands in no file. */
    public Schedule(String name, NavigableMap<Integer, Selector> changes) {
        this(name, changes, Map.of());
    }

    /** Whether it is neither constant nor a {@link NamedSchedule}, so that each of its changes is meant. */
    public boolean isFromFile() {
        boolean constant = changes.size() == 1
                && changes.firstEntry().getValue().toString().equals(name);
        return !constant && !isNamed(name);
    }

    /** A schedule that trains the same parameters in every epoch. */
    public static Schedule constant(Selector selector) {
        return new Schedule(selector.toString(), new TreeMap<>(Collections.singletonMap(0, selector)));
    }

    /**
     * Reads a file with a line {@code epoch: selector} for each change; the package description gives the format.
     *
     * @throws InputException if the file cannot be read or is no schedule; the message names the line
     */
    public static Schedule read(Path file) {
        return of(Texts.readLines(file), file.toString());
    }

    /**
     * Reads the text of such a file.
     *
     * @param name of the file, for messages
     * @throws InputException as {@link #read} does
     */
    public static Schedule parse(String text, String name) {
        return of(Texts.readLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), name), name);
    }

    private static Schedule of(Texts lines, String file) {
        NavigableMap<Integer, Selector> changes = new TreeMap<>();
        Map<Integer, Integer> places = new HashMap<>();
        for (Text line : lines.texts()) {
            String change = COMMENT.matcher(line.text()).replaceFirst("").strip();
            try {
                if (!change.isEmpty()) {
                    add(change, changes);
                    places.put(changes.lastKey(), line.row() + 1);
                }
            } catch (InputException e) {
                throw new InputException(file + " line " + (line.row() + 1) + ": " + e.getMessage(), e);
            }
        }
        if (changes.isEmpty()) {
            throw new InputException(file + ": found no epoch, expected lines such as \"1: head\"; write at least one");
        }
        return new Schedule(file, changes, places);
    }

    private static void add(String line, NavigableMap<Integer, Selector> changes) {
        Matcher change = CHANGE.matcher(line);
        if (!change.matches()) {
            throw new InputException(
                    "found \"" + line + "\", expected an epoch from 1 and a selector, such as \"1: head\"");
        }
        int epoch = Integer.parseInt(change.group(1)) - 1;
        if (changes.isEmpty() && epoch != 0) {
            throw new InputException("found epoch " + (epoch + 1) + ", expected epoch 1 first");
        }
        if (!changes.isEmpty() && epoch <= changes.lastKey()) {
            throw new InputException("found epoch " + (epoch + 1) + " after epoch " + (changes.lastKey() + 1)
                    + ", expected each epoch once and in rising order");
        }
        changes.put(epoch, Selector.parse(change.group(2)));
    }

    /** Whether a name is that of a {@link NamedSchedule}. */
    public static boolean isNamed(String name) {
        return Arrays.stream(NamedSchedule.values())
                .anyMatch(named -> named.toString().equals(name));
    }

    /**
     * A schedule by its name, or from a file if no schedule has that name.
     *
     * @param nameOrFile the name of a {@link NamedSchedule}, or a path
     * @param encoder the encoder that the schedule is for
     * @throws InputException if it is neither, or {@link #read} refuses the file
     */
    public static Schedule of(String nameOrFile, EncoderConfig encoder) {
        for (NamedSchedule named : NamedSchedule.values()) {
            if (named.toString().equals(nameOrFile)) {
                return named.schedule(encoder.layers());
            }
        }
        Path file = InputPath.of(nameOrFile);
        if (!Files.exists(file)) {
            List<String> names = Stream.of(NamedSchedule.values())
                    .map(NamedSchedule::toString)
                    .toList();
            throw new SettingException("schedule \"%s\": found no such file, expected a file or one of %s%s"
                    .formatted(
                            nameOrFile,
                            names,
                            NearNames.of(nameOrFile, names)
                                    .map(near -> "; near names: " + near)
                                    .orElse("; check the name")));
        }
        return read(file);
    }

    /** Where what trains in an epoch stands, for messages. */
    String place(int epoch) {
        Integer line = lines.get(changes.floorKey(epoch));
        return line == null ? "schedule \"%s\" epoch %d".formatted(name, epoch + 1) : name + " line " + line;
    }

    /**
     * What trains in an epoch.
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
