package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.model.Head;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.OptionSpec;

class UsageTest {
    private static final Set<Class<?>> NUMERIC =
            Set.of(int.class, Integer.class, long.class, Long.class, double.class, Double.class);

    @TempDir
    private Path temp;

    @ParameterizedTest(name = "train {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--epochs 0 | epochs 0 is out of range; use a number from 1 to 100000",
                "--batch-size 0 | at least 1",
                "--accumulation -1 | at least 1",
                "--epochs many | Invalid value for option '--epochs'",
                "--learning-rate -1 | learning rate -1.0",
                "--learning-rate NaN | learning rate NaN",
                "--warmup 1 | warmup 1.0",
                "--max-grad-norm 0 | max grad norm 0.0",
                "--max-grad-norm Infinity | max grad norm Infinity is out of range; use a finite limit above 0",
                "--patience 0 | patience 0 is out of range; use at least 1, or leave it out to train to the end",
                "--lr-schedule zigzag | LINEAR",
                "--freeze head --train head | mutually exclusive",
                "--train head --schedule end-to-start | mutually exclusive",
                "--threads 0 | --threads 0 is out of range; use a number from 1 to 1024",
                "--threads 100000 | --threads 100000 is out of range; use a number from 1 to 1024",
                "--sample 2 | sample 2.0 is out of range; use a share above 0 and up to 1",
                "--validation 0 | validation 0.0 is out of range; use a share between 0 and 1",
                "--limit 0 | limit 0 is out of range; use at least 1",
                "--dropout 1 | dropout 1.0 is out of range",
                "--seed -1 | seed -1 is out of range; use one from 0 to 4294967295",
                "--backend nonsense | found nonsense, expected one of [auto, cpu, cuda, cuda-test, nd4j",
                "--head transformer | found transformer, expected one of [cls, lstm, lstm-last, mean, published]",
                "--precision float16 | Invalid value for option '--precision'",
                "--no-such-option | Unknown option: '--no-such-option'",
                "--resume folder | leave out",
            })
    void aTrainingThatMakesNoSenseExitsWith2(String options, String why) {
        assertOptionsAreRefused(
                why, options, "train", "--model", MODEL, "--data", DATA, "--output", temp.resolve("run"));
    }

    @Test
    void whatIsMissingExitsWith2() {
        assertUsageError("which command?");
        List<String> commands = Console.run().errLines();
        for (String command : List.of("demo", "train", "pretrain", "predict", "experiment", "init", "download")) {
            assertTrue(commands.stream().anyMatch(line -> line.startsWith("  " + command + " ")), command);
        }
        assertEquals("see modernbert4j --help", commands.get(commands.size() - 1));
        assertUsageError("--model", "train", "--data", DATA, "--output", temp.resolve("run"));
        assertUsageError("--data", "train", "--model", MODEL, "--output", temp.resolve("run"));
        assertUsageError("--output", "train", "--model", MODEL, "--data", DATA);
        assertUsageError("--model", "predict", "text");
        assertUsageError("--model", "export", "--output", temp.resolve("out"));
        assertUsageError("--output", "export", "--model", MODEL);
        assertUsageError("--model", "encode", "--output", temp.resolve("out.npy"), "text");
        assertUsageError("--output", "encode", "--model", MODEL, "text");
        assertUsageError(
                "--batch-size 0 is out of range; use at least 1",
                "encode",
                "--model",
                MODEL,
                "--output",
                temp.resolve("out.npy"),
                "--batch-size",
                0,
                "text");
        assertUsageError(
                "--pooling",
                "encode",
                "--model",
                MODEL,
                "--output",
                temp.resolve("out.npy"),
                "--pooling",
                "max",
                "text");
        for (String option : List.of("--layer", "--max-length")) {
            assertUsageError(
                    option + " -1 is out of range; use at least",
                    "encode",
                    "--model",
                    MODEL,
                    "--output",
                    temp.resolve("out.npy"),
                    option,
                    -1,
                    "text");
        }
        assertUsageError("--dtype", "export", "--model", MODEL, "--output", temp.resolve("out"), "--dtype", "int8");
        assertUsageError("found big, expected one of [cls, lstm", "inspect", MODEL, "--head", "big");
        assertUsageError(
                "--labels 0 is out of range; use a number from 1 to", "inspect", MODEL, "--summary", "--labels", 0);
        assertUsageError(
                "epochs 0 is out of range; use a number from 1 to 100000", "plan", "--model", MODEL, "--epochs", 0);
        assertUsageError("found big, expected one of [cls, lstm", "plan", "--model", MODEL, "--head", "big");
        assertUsageError("found gpu, expected one of [auto, cpu", "predict", "--model", MODEL, "--backend", "gpu");
        assertUsageError("trian", "trian");
    }

    @ParameterizedTest(name = "benchmark {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--batch 0 | --batch 0 is out of range; use at least 1",
                "--length -1 | --length -1 is out of range; use at least 1",
                "--labels 0 | --labels 0 is out of range; use a number from 1 to",
                "--labels 2000000000 | --labels 2000000000 is out of range; use a number from 1 to",
                "--batch 1000000000 | --batch times --length 512000000000 is out of range; use at most",
                "--steps 0 | --steps 0 is out of range; use at least 1",
                "--warmup -1 | --warmup -1 is out of range; use at least 0",
                "--layers-frozen -1 | --layers-frozen -1 is out of range; use at least 0",
                "--head big | found big, expected one of [cls, lstm, lstm-last, mean, published]",
            })
    void aBenchmarkThatMakesNoSenseExitsWith2(String options, String why) {
        assertOptionsAreRefused(why, options, "benchmark", "--model", MODEL);
    }

    @ParameterizedTest(name = "train {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--max-grad-norm NaN | max grad norm NaN is out of range; use a finite limit above 0",
                "--learning-rate Infinity | learning rate Infinity is out of range; use a number from 0 up",
                "--epochs 2000000000 | epochs 2000000000 is out of range; use a number from 1 to 100000",
                "--max-length 0 | max length 0 is out of range; use at least 1",
                "--dropout NaN | dropout NaN is out of range; use a share from 0 to below 1",
                "--sample NaN | sample NaN is out of range; use a share above 0 and up to 1",
                "--validation NaN | validation NaN is out of range; use a share between 0 and 1",
                "--warmup NaN | warmup NaN is out of range; use a share of the steps from 0 to below 1",
                "--text topic | text and label \"topic\" is out of range; use two columns, not one for both",
                "--on-nan ignore | --on-nan",
                "--epochs 1e9 | --epochs",
                "--batch-size 9999999999 | --batch-size",
            })
    void aSettingOutOfRangeExitsWith2(String options, String why) {
        assertOptionsAreRefused(
                why,
                options,
                "train",
                "--model",
                MODEL,
                "--data",
                DATA,
                "--label",
                "topic",
                "--output",
                temp.resolve("run"));
    }

    @ParameterizedTest(name = "init {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--hidden 1000000000 | --hidden 1000000000 is out of range; use a number from 1 to",
                "--hidden 0 | --hidden 0 is out of range",
                "--hidden 12 | --hidden 12 is out of range; use an even multiple of --heads, which is 4",
                "--hidden 262144 --vocabulary 10000000 | --vocabulary times the width 2621440000000 is out of range",
                "--intermediate 0 | --intermediate 0 is out of range",
                "--local-attention 0 | --local-attention 0 is out of range",
                "--layers 1000000000 | --layers 1000000000 is out of range; use a number from 1 to 1000",
                "--heads 0 | --heads 0 is out of range",
                "--hidden 131072 --layers 1000 | size of the weights",
                "--vocabulary 2000000000 | --vocabulary 2000000000 is out of range",
                "--vocabulary 260 | --vocabulary 260 is out of range",
                "--max-positions 2000000000 | --max-positions 2000000000 is out of range; use a number from 1 to",
            })
    void sizesThatMakeNoSenseExitWith2(String options, String why) {
        assertOptionsAreRefused(why, options, "init", "--data", DATA, "--output", temp.resolve("model"));
    }

    @ParameterizedTest(name = "plan {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--epochs 2000000000 | epochs 2000000000 is out of range",
                "--texts 2000000000 | --texts 2000000000 is out of range",
                "--labels 2000000000 | --labels 2000000000 is out of range",
                "--max-length -1 | --max-length -1 is out of range",
            })
    void aPlanThatMakesNoSenseExitsWith2(String options, String why) {
        assertOptionsAreRefused(why, options, "plan", "--model", MODEL);
    }

    /** Every option with a number; where the number is allowed, something else ends the command, before anything long begins. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train | --dry-run --max-length 64 --model {model} --data {data} --label topic",
                "pretrain | --model {model} --data {data} --output {folder}",
                "plan | --model {model} --labels 3",
                "benchmark | --model {folder}",
                "predict | --model {folder} x",
                "encode | --model {folder} --output {folder}/e.npy x",
                "inspect | {model}",
                "init | --data {data} --output {folder}",
            })
    void aNumberThatIsRefusedIsRefusedWithItsOption(String name, String others) throws IOException {
        Path folder = Files.createDirectory(temp.resolve("theirs"));
        Files.writeString(folder.resolve("notes.txt"), "");
        List<String> usual = Stream.of(others.split(" "))
                .map(word -> word.replace("{model}", MODEL.toString())
                        .replace("{data}", DATA.toString())
                        .replace("{folder}", folder.toString()))
                .toList();
        List<String> wrong = new ArrayList<>();
        for (OptionSpec option : numeric(name)) {
            for (String number : List.of("-1", "NaN", "1e308")) {
                List<Object> arguments = new ArrayList<>(List.of(name, option.longestName() + "=" + number));
                arguments.addAll(usual);
                Console console = Console.run(arguments.toArray());
                boolean allowed = console.code() == 0 || console.code() == 3;
                if (number.equals("NaN") || !allowed) {
                    addUnlessNamed(option, console, arguments + ": " + console.code() + " " + console.err(), wrong);
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    private static void addUnlessNamed(OptionSpec option, Console console, String line, List<String> wrong) {
        String name = option.longestName();
        String words = name.substring(2).replace('-', ' ');
        String first = console.errLines().get(0);
        boolean isNamed = first.contains(name) || first.startsWith(words + " ") || first.startsWith(words + ": ");
        boolean isHelped = Pattern.compile("(?m)^ +" + name + "[= ]")
                .matcher(console.err())
                .find();
        if (console.code() != ExitCode.USAGE || !isNamed || !isHelped) {
            wrong.add(line);
        }
    }

    private static List<OptionSpec> numeric(String command) {
        BaseCommand made =
                switch (command) {
                    case "train" -> new TrainCommand();
                    case "pretrain" -> new PretrainCommand();
                    case "plan" -> new PlanCommand();
                    case "benchmark" -> new BenchmarkCommand();
                    case "predict" -> new PredictCommand();
                    case "encode" -> new EncodeCommand();
                    case "inspect" -> new InspectCommand();
                    default -> new InitCommand();
                };
        return Stream.concat(
                        new CommandLine(made)
                                .getCommandSpec().options().stream()
                                        .filter(option -> NUMERIC.contains(option.type())
                                                || option.longestName().equals("--save-every")),
                        Stream.of(OptionSpec.builder("--threads").build()))
                .toList();
    }

    @Test
    void aRunThatGoesOnNamesWhatItRefuses() {
        assertHelp("save every 0 is out of range; use at least 1 step, such as 500, or 1 minute", "--save-every=0");
        for (String number : List.of("-1", "NaN")) {
            assertHelp("save every: found \"" + number + "\"", "--save-every=" + number);
        }
        assertHelp("--keep-checkpoints -1 is out of range", "--keep-checkpoints=-1");
        assertHelp("leave out --seed, --head; a run that goes on keeps its settings", "--seed=3", "--head=cls");
    }

    /** Of a run that goes on, whose folder has all that is read before the options. */
    private static void assertHelp(String why, String... options) {
        Path run = Path.of("src", "test", "resources", "older-run", "train");
        List<Object> arguments = new ArrayList<>(List.of("train", "--resume", run));
        arguments.addAll(List.of(options));
        assertUsageError(why, arguments.toArray());
        String help = Console.run(arguments.toArray()).err();
        for (String option : options) {
            assertTrue(help.contains("\n      " + option.replaceFirst("=.*", "=")), help);
        }
        assertFalse(help.contains("--resume="), help);
    }

    @Test
    void aPlanSaysWhatOfItsScheduleHasNoEffect() throws IOException {
        Path file = Files.writeString(temp.resolve("b.txt"), "1: head\n5: all\n7: layers.0\n9: all\n");
        Console two = Console.run("plan", "--model", MODEL, "--labels", 3, "--epochs", 6, "--schedule", file);
        assertEquals(0, two.code(), two.err());
        assertEquals(
                "note: schedule " + file + ": its 2 lines for epochs 7 to 9 have no effect, as the run has 6 epochs;"
                        + " train for more, or take them out",
                two.outLines().get(0));
        Console none = Console.run("plan", "--model", MODEL, "--labels", 3, "--epochs", 9, "--schedule", file);
        assertFalse(none.out().contains("note: "), none.out());
    }

    @Test
    void aPlanOfManyEpochsTakesNoLongerThanOneOfFew() throws IOException {
        Path svg = temp.resolve("plan.svg");
        Console console = assertTimeout(
                Duration.ofSeconds(10),
                () -> Console.run(
                        "plan",
                        "--model",
                        MODEL,
                        "--labels",
                        17,
                        "--epochs",
                        100_000,
                        "--schedule",
                        "end-to-start",
                        "--batch-size",
                        Integer.MAX_VALUE,
                        "--svg",
                        svg));
        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().contains("epochs 3 to 100000: "), console.out());
        String drawn = Files.readString(svg);
        assertTrue(drawn.length() < 20_000, () -> drawn.length() + " characters");
        assertTrue(drawn.contains("\nepochs 3 to 100000: 14"), drawn);
        assertTrue(drawn.contains(">Epochs 3\u2013100000<"), drawn);
        assertTrue(console.outLines().size() < 40, console.out());
    }

    @Test
    void whatDoesNotFitThisModelExitsWith2() {
        Console plan = Console.run("plan", "--model", MODEL, "--labels", 17, "--max-length", 257);
        assertEquals(ExitCode.USAGE, plan.code());
        assertTrue(plan.err().contains("max_position_embeddings is 256"), plan.err());
        Console benchmark = Console.run("benchmark", "--model", MODEL, "--layers-frozen", 99, "--length", 8);
        assertEquals(ExitCode.USAGE, benchmark.code());
        assertTrue(benchmark.err().contains("--layers-frozen 99 is more than the model has"), benchmark.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train --dry-run --model {model} --data {data} --label topic | --max-length=257",
                "plan --model {model} --labels 3 | --max-length=257",
                "pretrain --model {model} --data {data} --output {temp}/run | --length=257",
                "benchmark --model {model} | --length=257",
                "encode --model {model} --output {temp}/e.npy x | --max-length=257",
                "encode --model {model} --output {temp}/e.npy x | --max-length=1",
                "encode --model {model} --output {temp}/e.npy x | --layer=5",
                "inspect {model} | --layer=4",
                "train --dry-run --model {model} --data {data} --label topic --max-length 64 | --data-seed=-1",
                "train --dry-run --model {model} --data {data} --label topic --max-length 64 | --seed=-1",
            })
    void whatDoesNotFitShowsTheHelpOfItsOption(String command, String option) {
        List<Object> arguments = new ArrayList<>(List.of((Object[]) command.replace("{model}", MODEL.toString())
                .replace("{data}", DATA.toString())
                .replace("{temp}", temp.toString())
                .split(" ")));
        arguments.add(option);
        Console console = Console.run(arguments.toArray());
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertTrue(console.errLines().get(1).strip().startsWith(option.replaceFirst("=.*", "=")), console.err());
    }

    /** Options after those of a command that is right without them. */
    private static void assertOptionsAreRefused(String why, String options, Object... command) {
        List<Object> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(options.split(" ")));
        assertUsageError(why, arguments.toArray());
    }

    private static void assertUsageError(String why, Object... arguments) {
        Console console = Console.run(arguments);
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertTrue(console.errLines().get(0).contains(why), console.err());
        assertEquals("", console.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "demo", "train", "pretrain", "predict", "export", "encode", "inspect", "init", "benchmark"})
    void helpGoesToStandardOutput(String command) {
        Console console = command.isEmpty() ? Console.run("--help") : Console.run(command, "--help");
        assertEquals(0, console.code());
        assertTrue(console.out().startsWith("Usage: " + ("modernbert4j " + command).strip()), console.out());
        assertEquals("", console.err());
    }

    @Test
    void helpListsTheNamesOfTheRegistries() {
        String help = Console.run("train", "--help").out().replaceAll("\\s+", " ");
        assertTrue(help.contains(": " + String.join(", ", Head.names()) + " (cls)"), help);
        assertTrue(help.contains(": " + String.join(", ", Backends.names()) + " (auto,"), help);
    }

    /** Model, data, what trains, numbers, machine, output. */
    @ParameterizedTest
    @ValueSource(strings = {"train", "pretrain", "encode", "predict", "evaluate", "plan", "benchmark"})
    void helpShowsOptionsInTheOrderOfThought(String command) {
        String help = Console.run(command, "--help").out();
        List<Integer> places = Stream.of("model", "data", "head", "freeze", "batch-size", "seed", "backend", "output")
                .map(name ->
                        Pattern.compile("(?m)^ +(--file, )?--" + name + "=").matcher(help))
                .filter(Matcher::find)
                .map(Matcher::start)
                .toList();
        assertTrue(places.size() > 2, help);
        assertEquals(places.stream().sorted().toList(), places, help);
    }

    @Test
    void theOrderOfOptionsNamesNoneThatIsNotThere() {
        StringBuilder all = new StringBuilder();
        for (String command : List.of(
                "train",
                "pretrain",
                "predict",
                "evaluate",
                "export",
                "encode",
                "plan",
                "benchmark",
                "inspect",
                "init")) {
            all.append(Console.run(command, "--help").out());
        }
        Stream.concat(Main.OrderedHelp.FIRST.stream(), Main.OrderedHelp.LAST.stream())
                .forEach(option -> assertTrue(all.toString().contains(option), option));
    }
}
