package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.modernbert4j.OutputFile;
import org.modernbert4j.cost.Workload;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.report.chart.PlanSvg;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plan}: what would train in each epoch, before anything does. */
@Command(
        name = "plan",
        description = {
            "Shows what trains in each epoch, what is cached, and what it might cost.",
            "Needs the config.json of a checkpoint only."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PlanCommand implements Callable<Integer> {
    private static final int USUAL_LENGTH = 512;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description = "Folder with a config.json, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(names = "--labels", paramLabel = "N", description = "Labels; those of config.json unless given.")
    private Integer labels;

    @Option(names = "--epochs", description = "Passes over the training texts (${DEFAULT-VALUE}).")
    private int epochs = 3;

    @ArgGroup
    private Trainable trainable = new Trainable();

    @Option(names = "--head", paramLabel = "NAME", description = "As of train (${DEFAULT-VALUE}).")
    private String head = "cls";

    @Option(names = "--batch-size", description = "Texts that an optimizer step sees (${DEFAULT-VALUE}).")
    private int batchSize = 16;

    @Option(names = "--texts", description = "Texts in all, a fifth of them for validation (${DEFAULT-VALUE}).")
    private int texts = 1000;

    @Option(
            names = "--max-length",
            description = "Tokens of each text; 512 unless given, or what the model has positions for.")
    private Integer maxLength;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the plan into a file.")
    private Path svg;

    @Override
    public Integer call() {
        Options.requireAtLeast(spec, 1, "--epochs", epochs);
        Options.requireAtLeast(spec, 1, "--batch-size", batchSize);
        Options.requireAtLeast(spec, 1, "--texts", texts);
        ModernBertConfig config = ModernBertConfig.read(model.folder(HubFiles.CONFIG));
        int length = maxLength == null ? Math.min(USUAL_LENGTH, config.encoder().maxPositions()) : maxLength;
        Options.requireAtLeast(spec, 1, "--max-length", length);
        int classes = labels == null ? config.classifier().labels().size() : labels;
        Options.requireAtLeast(spec, 1, "--labels", classes);
        Architecture architecture = Architecture.of(config, Head.named(head, classes, 0));
        Schedule schedule = trainable
                .schedule()
                .map(name -> Schedule.of(name, config.encoder()))
                .orElseGet(() -> Schedule.constant(trainable.selector()));
        FreezePlan plan = FreezePlan.of(schedule, architecture, epochs);
        PrintWriter out = spec.commandLine().getOut();
        PlanText.print(out, plan, Workload.uniform(texts, length, batchSize));
        if (svg != null) {
            OutputFile.write(svg, PlanSvg.of(plan), "use another file");
        }
        return 0;
    }
}
