package org.modernbert4j.cli;

import java.nio.file.Path;
import org.modernbert4j.OutputFile;
import org.modernbert4j.checkpoint.Checksums;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.cost.Workload;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.report.CoverageMap;
import org.modernbert4j.run.Oddities;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plan}: what would train in each epoch, before anything does. */
@Command(
        name = "plan",
        description = {
            "Shows what trains in each epoch, what is cached, and what it might cost.",
            "Needs the config.json of a checkpoint only."
        },
        footer = {
            "modernbert4j plan --model weights/modernbert-mini-ru \\",
            "    --labels 17 --schedule end-to-start",
            "modernbert4j plan --model weights/modernbert-mini-ru --train layers.3,head \\",
            "    --labels 17 --svg runs/plan.svg"
        })
final class PlanCommand extends BaseCommand {
    private static final int USUAL_LENGTH = 512;
    private static final int MOST_TEXTS = 100_000_000;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description = "Folder with a config.json, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(names = "--labels", paramLabel = "N", description = "Labels; those of config.json unless given.")
    private Integer labels;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training texts (${DEFAULT-VALUE}).")
    private int epochs = 3;

    @ArgGroup
    private Trainable trainable = new Trainable();

    @Option(
            names = "--head",
            paramLabel = "NAME",
            completionCandidates = Names.Heads.class,
            converter = Names.Heads.class,
            description = "As of train: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private String head = "cls";

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Texts that an optimizer step sees (${DEFAULT-VALUE}).")
    private int batchSize = 16;

    @Option(
            names = "--texts",
            paramLabel = "N",
            description = "Texts in all, a fifth of them for validation (${DEFAULT-VALUE}).")
    private int texts = 1000;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens of each text; 512 unless given, or what the model has positions for.")
    private Integer maxLength;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the plan into a file.")
    private Path svg;

    @Override
    public Integer call() {
        check(() -> FreezePlan.requireEpochs(epochs));
        requireAtLeast(1, "--batch-size", batchSize);
        requireBetween(1, MOST_TEXTS, "--texts", texts);
        requireLabels(labels);
        requireAtLeast(1, "--max-length", maxLength == null ? 1 : maxLength);
        Path folder = model.folder(HubFiles.CONFIG);
        if (svg != null) {
            OutputFile.check(svg, trainable.freezing().files());
            OutputFile.check(svg, OwnFiles.ofModel(folder));
        }
        Checksums.check(folder, ModernBertConfig.FILE);
        ModernBertConfig config = ModernBertConfig.read(folder);
        int length = maxLength == null ? Math.min(USUAL_LENGTH, config.encoder().maxPositions()) : maxLength;
        config.requirePositions("--max-length", folder, length);
        int classes = labels == null ? config.classifier().labels().size() : labels;
        if (classes == 0) {
            throw usageError(
                    "Missing option: --labels, as " + folder.resolve(ModernBertConfig.FILE) + " has no id2label");
        }
        Architecture architecture = Architecture.of(config, Head.named(head, classes, 0));
        Schedule schedule = trainable.freezing().schedule(config.encoder());
        FreezePlan plan = FreezePlan.of(schedule, architecture, epochs);
        Oddities.ofSchedule(schedule, epochs).forEach(line -> out().println(ProgressLine.NOTE + line));
        DryRun.printPlan(out(), plan, Workload.uniform(texts, length, batchSize));
        if (svg != null) {
            OutputFile.write(svg, CoverageMap.ofPlan(plan), "use another file");
        }
        return 0;
    }
}
