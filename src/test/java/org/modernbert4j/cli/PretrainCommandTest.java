package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.TinyCheckpoint;
import picocli.CommandLine.ExitCode;

/** From texts to a fine-tuned model, and what cannot be used. */
class PretrainCommandTest {
    @TempDir
    private Path temp;

    private Path model;
    private Path text;
    private Path output;

    @BeforeEach
    void soundFiles() throws IOException {
        model = TinyCheckpoint.copyTo(temp.resolve("model"));
        text = Files.writeString(temp.resolve("novel.txt"), "Дождь начался.\n\nМатч окончен.\n".repeat(40));
        output = temp.resolve("run");
    }

    private Console pretrain(Object... others) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("--model", model);
        options.put("--data", text + "," + TinyCheckpoint.DATA);
        options.put("--output", output);
        options.put("--steps", 3);
        options.put("--batch-size", 4);
        options.put("--length", 32);
        for (int i = 0; i < others.length; i += 2) {
            options.put(others[i].toString(), others[i + 1]);
        }
        List<Object> arguments = new ArrayList<>(List.of("pretrain"));
        options.forEach((name, value) -> arguments.addAll(List.of(name, value)));
        return Console.run(arguments.toArray());
    }

    private static void assertRefused(Console console, Object... parts) {
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        String last = console.errLines().get(console.errLines().size() - 1);
        for (Object part : parts) {
            assertTrue(last.contains(part.toString()), console.err());
        }
        assertEquals("", console.out());
    }

    @Test
    void aTokenizerARandomCheckpointItsPreTrainingAndItsFineTuning() {
        Path random = temp.resolve("not there").resolve("random");
        Console made = Console.run(
                "init",
                "--data",
                text + "," + TinyCheckpoint.DATA,
                "--output",
                random,
                "--vocabulary",
                300,
                "--hidden",
                16,
                "--heads",
                2,
                "--intermediate",
                24,
                "--layers",
                2);
        assertEquals(0, made.code(), made.err());
        assertTrue(made.out().startsWith(random + ": vocabulary 300, 2 layers, "), made.out());
        String parameters = made.out().replaceAll(".* layers, ([\\d,]+) parameters\\s*", "$1");
        assertTrue(Console.run("inspect", random).out().contains(parameters), made.out());
        assertFalse(made.err().contains("note: "), made.err());
        Console trained = pretrain("--model", random);
        assertEquals(0, trained.code(), trained.err());
        for (Path folder : List.of(output, output.resolve("model"))) {
            Console predicted = Console.run("predict", "--model", folder, "text");
            assertRefused(
                    predicted,
                    output.resolve("model"),
                    "holds a pre-trained model without a classifier, expected one that train saved; fine-tune it first,"
                            + " with train --model " + output.resolve("model"));
        }
        assertTrue(trained.out().startsWith("step 3: loss "), trained.out());
        assertTrue(trained.err().contains("saved " + output.resolve("model")), trained.err());
        assertTrue(trained.err().contains("evaluating"), trained.err());
        assertFalse(trained.err().contains("epoch 1/1"), trained.err());
        Console tuned = Console.run(
                "train",
                "--model",
                output.resolve("model"),
                "--data",
                TinyCheckpoint.DATA,
                "--label",
                "topic",
                "--output",
                temp.resolve("tuned"),
                "--epochs",
                1,
                "--max-length",
                32);
        assertEquals(0, tuned.code(), tuned.err());
        assertTrue(tuned.err().contains("decoder.bias      | UNEXPECTED"), tuned.err());
    }

    @Test
    void thePlanIsShownOnceWhereItStaysTheSame() {
        Console trained = pretrain("--steps", 30, "--batch-size", 8);
        assertEquals(0, trained.code(), trained.err());
        assertTrue(trained.err().contains("epoch 2/"), trained.err());
        assertEquals(
                1,
                trained.errLines().stream()
                        .filter(line -> line.contains("backward pass"))
                        .count(),
                trained.err());
    }

    @Test
    void aRandomCheckpointWithATokenizerThatIsThere() throws IOException {
        Path random = temp.resolve("random");
        Console made = Console.run("init", "--tokenizer", model, "--output", random, "--hidden", 16, "--heads", 2);
        assertEquals(0, made.code(), made.err());
        assertEquals(
                Files.readString(model.resolve("tokenizer.json")), Files.readString(random.resolve("tokenizer.json")));
        Console trained = pretrain("--model", random);
        assertEquals(0, trained.code(), trained.err());
    }

    @Test
    void theCardNamesTheModelOfTheHubThatItComesFrom() throws IOException {
        String commit = "0a".repeat(20);
        Path downloaded = TinyCheckpoint.copyTo(
                temp.resolve("models--owner--name/snapshots").resolve(commit));
        Console trained = pretrain("--model", downloaded);
        assertEquals(0, trained.code(), trained.err());
        String card = Files.readString(output.resolve("model").resolve("README.md"));
        assertTrue(card.contains("\nbase_model: owner/name\npipeline_tag: "), card);
        assertTrue(card.contains(" pretrain --model owner/name@" + commit + " --data "), card);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--text body | no column named \"body\" among [topic, text]",
                "--data nothing.txt | nothing.txt: no such file",
                "--data nothing.csv | nothing.csv: no such file",
                "--validation 0.9999 | expected some to train on",
            })
    void aSettingThatDoesNotFitTheData(String options, String why) {
        assertRefused(pretrain((Object[]) options.split(" ")), why);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {"--length 257 | max_position_embeddings is 256", "--no-decay nroms | near names: norms"})
    void aSettingThatDoesNotFitTheModel(String options, String why) {
        Console console = pretrain((Object[]) options.split(" "));
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertTrue(console.err().contains(why), console.err());
    }

    @Test
    void aFileWithoutText() throws IOException {
        Files.writeString(text, " \n\n");
        assertRefused(pretrain(), text, "holds no text");
    }

    @Test
    void aTokenizerWithoutMask() throws IOException {
        edit("tokenizer.json", "[MASK]", "[HIDDEN]");
        edit("tokenizer_config.json", "\"[MASK]\"", "null");
        assertRefused(pretrain(), model, "[MASK]", "mask_token");
    }

    @Test
    void aVocabularyThatIsNotReachedIsNoted() throws IOException {
        Path few = Files.writeString(temp.resolve("few.txt"), "a text\n");
        Path random = temp.resolve("random");
        Console learnt = Console.run("init", "--data", few, "--output", random, "--vocabulary", 6144);
        assertEquals(0, learnt.code(), learnt.err());
        assertTrue(learnt.out().startsWith(random + ": vocabulary 26"), learnt.out());
        assertTrue(
                learnt.err().contains("note: vocabulary of 26")
                        && learnt.err().contains(" tokens, smaller than --vocabulary 6,144: these texts have no more"),
                learnt.err());
        Path copied = temp.resolve("copied");
        Console other = Console.run("init", "--tokenizer", random, "--output", copied, "--vocabulary", 6144);
        assertEquals(0, other.code(), other.err());
        assertTrue(
                other.err()
                        .contains("note: --vocabulary 6,144 is for a tokenizer that is learnt; " + random + " has 26"),
                other.err());
    }

    @Test
    void aTokenizerOfAnotherModel() throws IOException {
        Path random = temp.resolve("random");
        assertEquals(
                0,
                Console.run("init", "--data", TinyCheckpoint.DATA, "--output", random, "--vocabulary", 330)
                        .code());
        Files.copy(
                random.resolve("tokenizer.json"), model.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);
        Console console = pretrain();
        assertEquals(Main.BAD_INPUT, console.code());
        assertTrue(
                console.err().contains("the tokenizer has ids up to 329, config.json a vocab_size of 320"),
                console.err());
        assertTrue(console.err().contains("expected ids below the vocab_size 320"), console.err());
    }

    @Test
    void anOutputThatHoldsARunAlready() {
        assertEquals(0, pretrain().code());
        assertRefused(pretrain(), output, "holds a run already");
        assertRefused(Console.run("train", "--resume", output), output, "use pretrain --resume");
    }

    @Test
    void anOutputThatIsAFile() throws IOException {
        Files.writeString(output, "");
        Console console = pretrain();
        assertRefused(console, output + ": found a file, expected a folder; use another one");
        assertEquals(1, console.errLines().size(), console.err());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--steps 0 | steps 0 is out of range; use at least 1",
                "--epochs 0 | epochs 0 is out of range; use a number from 1 to 100000",
                "--batch-size 0 | batch size 0",
                "--eval-every 0 | eval every 0 is out of range; use at least 1",
                "--save-every 0 | save every 0 is out of range; use at least 1 step, such as 500, or 1 minute, such as 30min",
                "--save-every 5h | save every: found \"5h\", expected a number of steps, such as 500, or of minutes",
                "--keep-checkpoints 0 | keep checkpoints 0 is out of range; use at least 1",
                "--lr-decay 2 | decay 2.0",
                "--mask-rate 0 | mask rate 0.0 is out of range; use a share above 0 and up to 1",
                "--mask-rate 1.1 | mask rate 1.1",
                "--validation 1 | validation 1.0 is out of range",
                "--length 2 | length 2 has no room for a token",
                "--warmup 1 | warmup 1.0",
                "--max-grad-norm 0 | max grad norm 0.0",
                "--resume folder | leave out",
            })
    void aTrainingThatMakesNoSenseExitsWith2(String options, String why) {
        Console console = pretrain((Object[]) options.split(" "));
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertTrue(console.errLines().get(0).contains(why), console.err());
    }

    @Test
    void aTokenizerWithoutClsForInit() throws IOException {
        edit("tokenizer.json", "[CLS]", "[OPEN]");
        edit("tokenizer_config.json", "\"[CLS]\"", "null");
        assertRefused(Console.run("init", "--output", output, "--tokenizer", model), model, "cls_token");
        assertTrue(Files.notExists(output));
    }

    @Test
    void initNeedsTextsOrATokenizer() throws IOException {
        Console neither = Console.run("init", "--output", output);
        assertEquals(ExitCode.USAGE, neither.code(), neither.err());
        Console both = Console.run("init", "--output", output, "--data", text, "--tokenizer", model);
        assertEquals(ExitCode.USAGE, both.code(), both.err());
        Path empty = Files.createDirectory(temp.resolve("empty"));
        assertRefused(Console.run("init", "--output", output, "--tokenizer", empty), empty, "no tokenizer.json");
    }

    private void edit(String file, String old, String replacement) throws IOException {
        Path path = model.resolve(file);
        String content = Files.readString(path);
        assertTrue(content.contains(old), old);
        Files.writeString(path, content.replace(old, replacement));
    }
}
