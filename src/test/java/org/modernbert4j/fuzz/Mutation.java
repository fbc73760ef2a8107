package org.modernbert4j.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Damages files in ways that a disk, a program or a person might; the same random numbers give the same damage. */
final class Mutation {
    /** Words and marks of JSON, CSV, selectors and numbers. */
    private static final Pattern TOKEN =
            Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?|\"[^\"\\n]{0,80}\"|[A-Za-z_]+|[^\\sA-Za-z_0-9]");

    private static final List<String> STRANGE = List.of(
            "0",
            "-1",
            "1",
            "2",
            "255",
            "65536",
            "2147483647",
            "2147483648",
            "-2147483648",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "1e308",
            "1e999",
            "-1e999",
            "1e-400",
            "0.5",
            "1.0",
            "NaN",
            "Infinity",
            "-0",
            "00",
            "1e9",
            "1152921504606846976",
            "null",
            "true",
            "false",
            "[]",
            "{}",
            "[null]",
            "\"\"",
            "\"x\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"../x\"",
            "\"\u00fe\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            ";",
            "\"",
            "\\",
            "!",
            "*",
            "-",
            "0-9",
            "9-0",
            "999999999",
            "#",
            "/",
            "\t",
            "\r",
            "\n",
            " ",
            "\u0000",
            "\u00ef\u00bb\u00bf",
            "[".repeat(2000),
            "{\"a\":".repeat(2000),
            "9".repeat(5000),
            "x".repeat(100_000),
            ",".repeat(5000));

    private Mutation() {}

    /** A damaged copy of some bytes. */
    static byte[] of(byte[] sound, Random random) {
        byte[] damaged = sound;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            damaged = random.nextInt(3) == 0 ? bytes(damaged, random) : tokens(damaged, random);
        }
        return damaged;
    }

    /** Values that a JSON file may have where others are expected. */
    private static final List<String> STRANGE_VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1",
            "255",
            "65536",
            "2147483647",
            "2147483648",
            "-2147483649",
            "4294967296",
            "9223372036854775807",
            "18446744073709551615",
            "1152921504606846976",
            "0.5",
            "1e9",
            "1e308",
            "1e-400",
            "\"\"",
            "\"x\"",
            "\" \"",
            "\"[UNK]\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"▁\"",
            "\"(x+x+)+y\"",
            "\"(\"",
            "\"A\"",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "[0]",
            "[\"a\", 0]",
            "{\"a\": 0}",
            "{\"String\": \"\"}",
            "{\"Regex\": \"\"}",
            "{\"Regex\": \"(a|b\"}",
            "{\"type\": \"x\"}");

    /** A damaged copy of a JSON text: as a text, or, most often, by another value, so that it is JSON as before. */
    static byte[] ofJson(byte[] sound, Random random) {
        if (random.nextInt(4) == 0) {
            return of(sound, random);
        }
        JsonElement whole = JsonParser.parseString(new String(sound, UTF_8));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            List<Runnable> changes = new ArrayList<>();
            collect(whole, value(whole, random), changes);
            if (!changes.isEmpty()) {
                choice(changes, random).run();
            }
        }
        return whole.toString().getBytes(UTF_8);
    }

    /** A strange value, or one that stands elsewhere. */
    private static JsonElement value(JsonElement whole, Random random) {
        if (random.nextInt(3) > 0) {
            return JsonParser.parseString(choice(STRANGE_VALUES, random));
        }
        JsonElement at = whole;
        while (random.nextInt(4) > 0) {
            if (at instanceof JsonObject object && !object.isEmpty()) {
                at = object.get(choice(List.copyOf(object.keySet()), random));
            } else if (at instanceof JsonArray array && !array.isEmpty()) {
                at = array.get(random.nextInt(array.size()));
            }
        }
        return at.deepCopy();
    }

    /** All ways to put a value into a JSON, and to take one out. */
    private static void collect(JsonElement at, JsonElement other, List<Runnable> changes) {
        if (at instanceof JsonObject object) {
            for (String name : object.keySet()) {
                changes.add(() -> object.add(name, other));
                changes.add(() -> object.remove(name));
                collect(object.get(name), other, changes);
            }
            changes.add(() -> object.add("x", other));
        } else if (at instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                int place = i;
                changes.add(() -> array.set(place, other));
                changes.add(() -> array.remove(place));
                collect(array.get(i), other, changes);
            }
            changes.add(() -> array.add(other));
        }
    }

    /** Replaces, repeats or takes out a word or a mark. */
    private static byte[] tokens(byte[] sound, Random random) {
        String text = new String(sound, ISO_8859_1);
        List<MatchResult> tokens = TOKEN.matcher(text).results().limit(20_000).toList();
        if (tokens.isEmpty()) {
            return bytes(sound, random);
        }
        MatchResult token = tokens.get(random.nextInt(tokens.size()));
        String other =
                switch (random.nextInt(6)) {
                    case 0 -> "";
                    case 1 -> token.group().repeat(2);
                    case 2 -> tokens.get(random.nextInt(tokens.size())).group();
                    default -> STRANGE.get(random.nextInt(STRANGE.size()));
                };
        return (text.substring(0, token.start()) + other + text.substring(token.end())).getBytes(ISO_8859_1);
    }

    /** Flips, cuts, inserts, repeats, moves. */
    static byte[] bytes(byte[] sound, Random random) {
        if (sound.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(sound.length);
        int length = Math.min(sound.length - at, 1 + random.nextInt(40));
        byte[] copy = sound.clone();
        switch (random.nextInt(6)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) random.nextInt(256);
            case 2 -> copy = Arrays.copyOf(sound, at);
            case 3 -> copy = joined(sound, 0, at, at + length, sound.length);
            case 4 -> copy = joined(sound, 0, at + length, at, sound.length);
            default -> Arrays.fill(copy, at, at + length, (byte) (random.nextBoolean() ? 0 : 255));
        }
        return copy;
    }

    /** Two parts of some bytes. */
    private static byte[] joined(byte[] bytes, int from, int to, int secondFrom, int secondTo) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(bytes, from, to - from);
        joined.write(bytes, secondFrom, secondTo - secondFrom);
        return joined.toByteArray();
    }

    /** One element. */
    static <T> T choice(List<T> among, Random random) {
        return new ArrayList<>(among).get(random.nextInt(among.size()));
    }
}
