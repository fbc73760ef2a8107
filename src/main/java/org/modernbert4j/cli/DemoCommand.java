package org.modernbert4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.hub.HubFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: runs {@code train} on the small checkpoint of this project and its own news sample. */
@Command(
        name = "demo",
        description = "Fine-tunes the bundled small checkpoint on the bundled sample of invented Russian news.",
        footer = {"modernbert4j demo", "modernbert4j demo --output runs/first --threads 2"})
final class DemoCommand extends BaseCommand {
    private static final Path MODEL = Path.of("weights", "modernbert-mini-ru");
    private static final Path DATA = Path.of("experiments", "data", "news-sample.csv");
    private static final List<String> SETTINGS = List.of(
            "--label topic --head mean --epochs 8 --batch-size 16 --learning-rate 0.001 --max-length 128".split(" "));

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description = "Folder, or owner/name[@revision] on the Hugging Face Hub; the bundled one unless given.")
    private ModelLocation model;

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            description = "CSV with columns text and topic; the bundled one unless given.")
    private DataLocation data;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder of the run; an earlier run in it is replaced (${DEFAULT-VALUE}).")
    private Path output = Path.of("runs", "demo");

    @Override
    public Integer call() {
        Path checkpoint = existing(model == null ? MODEL : model.folder(HubFiles.ALL));
        Path texts = existing(data == null ? DATA : data.file());
        List<String> arguments = new ArrayList<>(SETTINGS);
        List.of("--model", checkpoint, "--data", texts, "--output", output)
                .forEach(argument -> arguments.add(argument.toString()));
        arguments.add("--replace");
        System.err.println("the same as: "
                + TypedCommand.of(
                        Stream.concat(Stream.of("train"), arguments.stream()).toArray()));
        return spec.parent().subcommands().get("train").execute(arguments.toArray(String[]::new));
    }

    private static Path existing(Path needed) {
        if (!Files.exists(needed)) {
            throw new InputException(needed + ": no such file; run demo from the project's folder");
        }
        return needed;
    }
}
