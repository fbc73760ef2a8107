package org.modernbert4j.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.checkpoint.ModelTree;
import org.modernbert4j.data.Held;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Reading;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.data.Texts;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.run.RunListener;
import org.modernbert4j.run.StateFile;
import org.modernbert4j.run.States;
import org.modernbert4j.task.ClassificationFormat;
import org.modernbert4j.task.SingleLabel;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.tokenizer.LongLivedTokenizer;

/**
 * Damaged files of every kind: whatever the damage, a command ends within 10 seconds with 0, 2 or 3, says why in words, and takes
 * less than 1 GB. {@code mvn test -Dtest=FuzzTest -Dfuzz=20000} tries more.
 */
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz", 500);
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final int FEWEST_REFUSED_OF_TEN = 1;

    @TempDir
    private Path temp;

    private final Trial trial = new Trial();
    private Path model;

    @BeforeEach
    void copyModel() {
        model = TinyCheckpoint.copyTo(temp.resolve("model"));
    }

    @AfterEach
    void end() {
        trial.close();
    }

    /** Tries to use a damaged file; what it gave. */
    private interface Use {
        Trial.Outcome of(String where, Random random) throws IOException;
    }

    /** The command itself is tried now and then only: it takes longer. */
    private static boolean byCommand(Random random) {
        return random.nextInt(25) == 0;
    }

    private Trial.Outcome inspect(String where, Random random) {
        if (byCommand(random)) {
            return trial.command(where, "inspect", model);
        }
        return trial.call(where, () -> {
            try (Checkpoint checkpoint = Checkpoint.open(model)) {
                return ModelTree.of(checkpoint, Optional.empty()).text(layer -> true);
            }
        });
    }

    /** Some damage is refused, and some may be harmless. */
    private static void each(String kind, Use use) throws IOException {
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(kind.hashCode() * 1_000_003L + round);
            refused += use.of(kind + ", round " + round, random).code() == 0 ? 0 : 1;
        }
        assertTrue(refused >= ROUNDS / 10 * FEWEST_REFUSED_OF_TEN, refused + " refused of " + ROUNDS);
    }

    @Test
    void safetensors() throws IOException {
        byte[] sound = Files.readAllBytes(model.resolve(WEIGHTS));
        each("safetensors", (where, random) -> {
            Files.write(model.resolve(WEIGHTS), random.nextInt(5) == 0 ? length(sound, random) : header(sound, random));
            return inspect(where, random);
        });
    }

    /** A header damaged as a text, with a length that fits it. */
    private static byte[] header(byte[] sound, Random random) {
        int length = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] header = Mutation.ofJson(Arrays.copyOfRange(sound, Long.BYTES, Long.BYTES + length), random);
        return ByteBuffer.allocate(sound.length - length + header.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(sound, Long.BYTES + length, sound.length - Long.BYTES - length)
                .array();
    }

    /** A length that does not fit. */
    private static byte[] length(byte[] sound, Random random) {
        long length = Mutation.choice(
                List.of(0L, 1L, -1L, 1L << 60, 99_999_999L, (long) sound.length, random.nextLong()), random);
        byte[] damaged = sound.clone();
        ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        return damaged;
    }

    @Test
    void index() throws IOException {
        Files.move(model.resolve(WEIGHTS), model.resolve("one.safetensors"));
        String names = String.join(
                ", ",
                List.of("embeddings.tok_embeddings.weight", "final_norm.weight", "head.dense.weight").stream()
                        .map(name -> "\"model." + name + "\": \"one.safetensors\"")
                        .toList());
        byte[] sound = ("{\"metadata\": {\"total_size\": 100}, \"weight_map\": {" + names + "}}").getBytes(UTF_8);
        each("index", (where, random) -> {
            Files.write(model.resolve(INDEX), Mutation.ofJson(sound, random));
            return inspect(where, random);
        });
    }

    @Test
    void configuration() throws IOException {
        byte[] sound = Files.readAllBytes(model.resolve("config.json"));
        each("configuration", (where, random) -> {
            Files.write(model.resolve("config.json"), Mutation.ofJson(sound, random));
            return byCommand(random)
                    ? trial.command(where, "plan", "--model", model, "--labels", 3)
                    : inspect(where, random);
        });
    }

    /**
     * Files of all kinds of parts, damaged. Each that is JSON goes through the native library in a process that lives through many of
     * them. Those of usual parts may not end it, and then go the way of a user, within this process. Those of other parts may: a user
     * has a process of its own for each, so one in 50 of them, and one in ten of those that ended the other process, go that way; of the
     * rest all is read but the native library's part. Some go to a command.
     */
    @Test
    void tokenizers() throws IOException {
        Files.deleteIfExists(model.resolve("tokenizer_config.json"));
        Path file = model.resolve("tokenizer.json");
        Map<String, Integer> seen = new TreeMap<>();
        try (LongLivedTokenizer longLived = new LongLivedTokenizer(Duration.ofSeconds(Trial.SECONDS))) {
            each("tokenizers", (where, random) -> {
                byte[] damaged = Mutation.ofJson(Tokenizers.any(random), random);
                Files.write(file, damaged);
                return tokenizer(where, damaged, longLived, seen, random);
            });
            System.out.println("tokenizers: " + seen + ", " + longLived.starts() + " processes");
        }
        assertTrue(
                seen.keySet()
                        .containsAll(
                                List.of("safe FINE", "safe REFUSED", "other FINE", "other REFUSED", "other ENDED")),
                seen::toString);
    }

    private Trial.Outcome tokenizer(
            String where, byte[] json, LongLivedTokenizer longLived, Map<String, Integer> seen, Random random)
            throws IOException {
        boolean safe;
        try {
            safe = LongLivedTokenizer.isSafe(model);
        } catch (InputException e) { // no JSON: never reaches the library
            return trial.call(where, () -> HuggingFaceTokenizerFactory.open(model));
        }
        LongLivedTokenizer.Outcome outcome = longLived.open(json);
        seen.merge((safe ? "safe " : "other ") + outcome, 1, Integer::sum);
        assertNotEquals(LongLivedTokenizer.Outcome.LATE, outcome, where);
        boolean ended = outcome == LongLivedTokenizer.Outcome.ENDED;
        if (safe) {
            assertFalse(ended, where + ": usual parts ended the process");
        } else if (random.nextInt(ended ? 10 : 50) != 0) {
            return trial.call(where, () -> LongLivedTokenizer.read(model));
        }
        return random.nextInt(100) == 0
                ? trial.command(where, "encode", "--model", model, "--output", temp.resolve("out.npy"), "a text")
                : trial.call(where, this::encode);
    }

    private Object encode() {
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(model)) {
            return tokenizer.decode(tokenizer.encode(LongLivedTokenizer.TEXT, 32));
        }
    }

    /** The files beside tokenizer.json. */
    @Test
    void tokenizerSettings() throws IOException {
        byte[] sound = Files.readAllBytes(model.resolve("tokenizer_config.json"));
        byte[] map = "{\"pad_token\": \"[PAD]\", \"cls_token\": {\"content\": \"[CLS]\"}}".getBytes(UTF_8);
        each("tokenizer settings", (where, random) -> {
            boolean isMap = random.nextBoolean();
            Files.write(model.resolve("special_tokens_map.json"), isMap ? Mutation.ofJson(map, random) : map);
            Files.write(
                    model.resolve("tokenizer_config.json"),
                    isMap ? "{}".getBytes(UTF_8) : Mutation.ofJson(sound, random));
            return trial.call(where, () -> {
                try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(model)) {
                    return tokenizer.encode("Сборная выиграла матч. One, two \uD83D\uDE00", 32);
                }
            });
        });
    }

    @Test
    void tables() throws IOException {
        byte[] sound = Files.readAllBytes(TinyCheckpoint.DATA);
        byte[] small = Arrays.copyOf(sound, 2000);
        Path file = temp.resolve("data.csv");
        each("tables", (where, random) -> {
            Files.write(file, table(random.nextBoolean() ? small : sound, random));
            return trial.call(
                    where,
                    () -> random.nextInt(3) == 0
                            ? Texts.readTable(TableFile.of(file), "text", MissingValues.DROP)
                            : Selection.of(new LabelledData(
                                    List.of(file),
                                    Reading.of("text", "topic"),
                                    Set.of(),
                                    random.nextBoolean() ? 1 : 0.5,
                                    OptionalInt.empty(),
                                    new Held.Share(0.2),
                                    Optional.empty(),
                                    1)));
        });
    }

    /** A damaged table, or a sound or damaged one packed and perhaps damaged again. */
    private static byte[] table(byte[] sound, Random random) throws IOException {
        byte[] table = random.nextInt(4) == 0 ? sound : Mutation.of(sound, random);
        byte[] file =
                switch (random.nextInt(4)) {
                    case 0 -> packed(table, true);
                    case 1 -> packed(table, false);
                    default -> table;
                };
        return random.nextBoolean() ? file : Mutation.bytes(file, random);
    }

    private static byte[] packed(byte[] table, boolean zip) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (zip) {
            try (ZipOutputStream out = new ZipOutputStream(bytes)) {
                out.putNextEntry(new ZipEntry("data.csv"));
                out.write(table);
            }
        } else {
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(table);
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void schedules() throws IOException {
        Path file = temp.resolve("schedule.txt");
        byte[] sound =
                "# from the end\n1: head\n2: head, layers.2-3, !layers.*.attn.q\n4: all, !embeddings\n".getBytes(UTF_8);
        Architecture architecture = TinyCheckpoint.architecture(Head.named("cls", 3, 0));
        each("schedules", (where, random) -> {
            Files.write(file, Mutation.of(sound, random));
            return byCommand(random)
                    ? trial.command(where, "plan", "--model", model, "--labels", 3, "--epochs", 5, "--schedule", file)
                    : trial.call(
                            where,
                            () -> FreezePlan.of(
                                    Schedule.of(
                                            file.toString(),
                                            architecture.config().encoder()),
                                    architecture,
                                    5));
        });
    }

    private Path run() {
        return Run.builder(
                        model,
                        SingleLabel.of(LabelledData.of(TinyCheckpoint.DATA, "text", "topic"))
                                .withMaxLength(16),
                        temp.resolve("run"))
                .training(training -> training.epochs(1))
                .start(RunListener.NONE)
                .folder();
    }

    /**
     * The state of a run's checkpoint: read as a run that goes on reads it; now and then by the command, also without the list of hashes,
     * which would refuse it before.
     */
    @Test
    void states() throws IOException {
        Path run = run();
        Path checkpoint = RunFolder.lastCheckpoint(run);
        String name = checkpoint.getFileName() + "/trainer_state.json";
        byte[] sound = Files.readAllBytes(run.resolve(name));
        ClassificationFormat format = new ClassificationFormat(
                ModernBertConfig.read(checkpoint).classifier().labels());
        each("states", (where, random) -> {
            byte[] damaged = Mutation.ofJson(sound, random);
            if (random.nextInt(100) == 0) {
                return resume(where, run, name, damaged, random.nextInt(4) > 0);
            }
            Files.write(run.resolve(name), damaged);
            return trial.call(where, () -> {
                try {
                    StateFile.measurements(run, format);
                    return States.read(checkpoint, format);
                } finally {
                    Files.write(run.resolve(name), sound);
                }
            });
        });
    }

    /** Goes on with a copy of a run. */
    private Trial.Outcome resume(String where, Path run, String name, byte[] state, boolean unlisted)
            throws IOException {
        Path copy = temp.resolve("resumed");
        FileUtils.copyDirectory(run.toFile(), copy.toFile());
        Files.write(copy.resolve(name), state);
        if (unlisted) {
            Files.delete(copy.resolve(name).resolveSibling("SHA256SUMS"));
        }
        try {
            return trial.command(where, "train", "--resume", copy);
        } finally {
            FileUtils.deleteDirectory(copy.toFile());
        }
    }

    /** Of a run that has ended: its settings, its head, its configuration. */
    @Test
    void runs() throws IOException {
        Path run = run();
        List<String> files = List.of("run.json", "best/head.json", "best/config.json");
        List<byte[]> sound = List.of(
                Files.readAllBytes(run.resolve(files.get(0))),
                Files.readAllBytes(run.resolve(files.get(1))),
                Files.readAllBytes(run.resolve(files.get(2))));
        each("runs", (where, random) -> {
            int chosen = random.nextInt(files.size());
            Path file = run.resolve(files.get(chosen));
            Files.write(file, Mutation.ofJson(sound.get(chosen), random));
            try {
                return use(where + " " + files.get(chosen), run, random);
            } finally {
                Files.write(file, sound.get(chosen));
            }
        });
    }

    private Trial.Outcome use(String where, Path run, Random random) {
        if (byCommand(random)) {
            Path output = temp.resolve("exported");
            Trial.Outcome outcome = trial.command(where, "export", "--model", run, "--output", output);
            if (Files.exists(output)) {
                AtomicFolder.remove(output);
            }
            return outcome;
        }
        return trial.call(where, () -> {
            RunFile.describe(run);
            Path best = RunFolder.model(run);
            ModernBertConfig config = ModernBertConfig.read(best);
            int labels = config.classifier().labels().size();
            return HeadSettings.of(best, config).map(settings -> settings.head(labels));
        });
    }
}
