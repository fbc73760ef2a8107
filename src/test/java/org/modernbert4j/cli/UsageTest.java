package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import picocli.CommandLine.ExitCode;

class UsageTest {
    @TempDir
    private Path temp;

    @ParameterizedTest(name = "train {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--epochs 0 | at least 1",
                "--batch-size 0 | at least 1",
                "--accumulation -1 | at least 1",
                "--epochs many | Invalid value for option '--epochs'",
                "--learning-rate -1 | learning rate -1.0",
                "--learning-rate NaN | learning rate NaN",
                "--warmup 1 | warm-up 1.0",
                "--max-grad-norm 0 | gradient norm 0.0",
                "--max-grad-norm Infinity | gradient norm Infinity is out of range; use a limit above 0",
                "--patience 0 | patience 0 is out of range; use at least 1, or leave it out to train to the end",
                "--lr-schedule zigzag | LINEAR",
                "--freeze head --train head | mutually exclusive",
                "--train head --schedule end-to-start | mutually exclusive",
                "--threads 0 | --threads 0 is out of range; use at least 1",
                "--sample 2 | sample 2.0 is out of range; use a share above 0 and up to 1",
                "--validation 0 | validation 0.0 is out of range; use a share between 0 and 1",
                "--limit 0 | limit 0 is out of range; use at least 1",
                "--dropout 1 | dropout 1.0 is out of range",
                "--seed -1 | seed -1 is out of range; use one from 0 to 4294967295",
                "--backend nonsense | found nonsense, expected one of [auto, cpu, nd4j",
                "--head transformer | found transformer, expected one of [cls, lstm, lstm-last, mean, published]",
                "--precision float16 | Invalid value for option '--precision'",
                "--no-such-option | Unknown option: '--no-such-option'",
                "--resume folder | leave out",
            })
    void aTrainingThatMakesNoSenseExitsWith2(String options, String why) {
        List<Object> arguments =
                new ArrayList<>(List.of("train", "--model", MODEL, "--data", DATA, "--output", temp.resolve("run")));
        arguments.addAll(List.of(options.split(" ")));
        assertUsageError(why, arguments.toArray());
    }

    @Test
    void whatIsMissingExitsWith2() {
        assertUsageError("which command?");
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
        assertUsageError("--dtype", "export", "--model", MODEL, "--output", temp.resolve("out"), "--dtype", "int8");
        assertUsageError("found big, expected one of [cls, lstm", "inspect", MODEL, "--head", "big");
        assertUsageError("--labels 0 is out of range; use at least 1", "inspect", MODEL, "--summary", "--labels", 0);
        assertUsageError("--epochs 0 is out of range; use at least 1", "plan", "--model", MODEL, "--epochs", 0);
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
                "--labels 0 | --labels 0 is out of range; use at least 1",
                "--steps 0 | --steps 0 is out of range; use at least 1",
                "--warmup -1 | --warmup -1 is out of range; use at least 0",
                "--layers-frozen -1 | --layers-frozen -1 is out of range; use at least 0",
                "--head big | found big, expected one of [cls, lstm, lstm-last, mean, published]",
                "--layers-frozen 99 --length 8 | --layers-frozen 99: the model has 4 layers",
            })
    void aBenchmarkThatMakesNoSenseExitsWith2(String options, String why) {
        List<Object> arguments = new ArrayList<>(List.of("benchmark", "--model", MODEL));
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
    @ValueSource(strings = {"train", "pretrain", "encode", "predict", "plan", "benchmark"})
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
        for (String command :
                List.of("train", "pretrain", "predict", "export", "encode", "plan", "benchmark", "inspect", "init")) {
            all.append(Console.run(command, "--help").out());
        }
        Stream.concat(Main.OrderedHelp.FIRST.stream(), Main.OrderedHelp.LAST.stream())
                .forEach(option -> assertTrue(all.toString().contains(option), option));
    }
}
