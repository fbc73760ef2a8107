package org.modernbert4j.freeze;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;

/** Reads a schedule from a text file. */
final class ScheduleFile {
    private static final Pattern COMMENT = Pattern.compile("#.*");
    private static final Pattern CHANGE = Pattern.compile("([1-9]\\d{0,8})\\s*:(.*)");
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private ScheduleFile() {}

    static Schedule read(Path file) {
        List<String> lines = lines(file);
        NavigableMap<Integer, Selector> changes = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = COMMENT.matcher(lines.get(i)).replaceFirst("").strip();
            try {
                if (!line.isEmpty()) {
                    add(line, changes);
                }
            } catch (InputException e) {
                throw new InputException(file + " line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (changes.isEmpty()) {
            throw new InputException(file + ": found no epoch, wanted lines such as \"1: head\"");
        }
        return new Schedule(file.toString(), changes);
    }

    private static void add(String line, NavigableMap<Integer, Selector> changes) {
        Matcher change = CHANGE.matcher(line);
        if (!change.matches()) {
            throw new InputException(
                    "found \"" + line + "\", wanted an epoch from 1 and a selector, such as \"1: head\"");
        }
        int epoch = Integer.parseInt(change.group(1)) - 1;
        if (changes.isEmpty() && epoch != 0) {
            throw new InputException("found epoch " + (epoch + 1) + ", wanted epoch 1 first");
        }
        if (!changes.isEmpty() && epoch <= changes.lastKey()) {
            throw new InputException("found epoch " + (epoch + 1) + " after epoch " + (changes.lastKey() + 1)
                    + ", wanted each epoch once and in rising order");
        }
        changes.put(epoch, Selector.parse(change.group(2)));
    }

    private static List<String> lines(Path file) {
        try {
            String text = Files.readString(file);
            return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
                    .lines()
                    .toList();
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": bytes that are not UTF-8; save the file as UTF-8", e);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read (" + e + "); check the path and its permissions", e);
        }
    }
}
