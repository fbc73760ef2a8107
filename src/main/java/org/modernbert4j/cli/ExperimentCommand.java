package org.modernbert4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.modernbert4j.NearNames;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Unmatched;

/** {@code experiment}: runs an {@link Experiment} by its name; without one, lists them. */
@Command(
        name = "experiment",
        description = "Runs an experiment by its name; without a name, lists them.",
        modelTransformer = ExperimentCommand.Services.class,
        footer = {
            "modernbert4j experiment",
            "modernbert4j experiment UnfreezeEndToStart --plan --model \\",
            "    weights/modernbert-mini-ru"
        })
final class ExperimentCommand extends BaseCommand {
    @Unmatched
    private final List<String> unknown = new ArrayList<>();

    @Override
    public Integer call() {
        Map<String, CommandLine> experiments = spec.subcommands();
        if (!unknown.isEmpty()) {
            String name = unknown.get(0);
            throw usageError("no experiment is called " + name + "; "
                    + NearNames.of(name, experiments.keySet())
                            .map(near -> "near names: " + near)
                            .orElse("without a name, all are listed"));
        }
        int width = experiments.keySet().stream().mapToInt(String::length).max().orElse(1);
        experiments.forEach((name, experiment) -> {
            String[] description = experiment.getCommandSpec().usageMessage().description();
            out().printf("%-" + width + "s  %s%n", name, String.join(" ", description));
        });
        return 0;
    }

    /** Makes each experiment a command under this one. */
    static final class Services implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec spec) {
            for (Experiment experiment : ServiceLoader.load(Experiment.class)) {
                CommandLine command = new CommandLine(experiment);
                spec.addSubcommand(command.getCommandName(), command);
            }
            return spec;
        }
    }
}
