package org.modernbert4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.modernbert4j.NearNames;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code experiment}: runs an {@link Experiment} by its name; without one, lists them. */
@Command(
        name = "experiment",
        description = "Runs an experiment by its name; without a name, lists them.",
        mixinStandardHelpOptions = true,
        modelTransformer = ExperimentCommand.Services.class)
final class ExperimentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Unmatched
    private final List<String> unknown = new ArrayList<>();

    @Override
    public Integer call() {
        Map<String, CommandLine> experiments = spec.subcommands();
        if (!unknown.isEmpty()) {
            String name = unknown.get(0);
            throw new ParameterException(
                    spec.commandLine(),
                    "no experiment is called " + name + "; near names: " + NearNames.of(name, experiments.keySet()));
        }
        int width = experiments.keySet().stream().mapToInt(String::length).max().orElse(1);
        experiments.forEach((name, experiment) -> spec.commandLine()
                .getOut()
                .printf(
                        "%-" + width + "s  %s%n",
                        name,
                        String.join(
                                " ", experiment.getCommandSpec().usageMessage().description())));
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
