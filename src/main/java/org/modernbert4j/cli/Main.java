package org.modernbert4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.modernbert4j.SettingException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. Results go to standard output, progress and errors to standard error. */
@Command(
        name = "modernbert4j",
        description = "Pre-trains and fine-tunes ModernBERT encoders on the JVM, without Python.",
        versionProvider = Main.Version.class,
        subcommands = {
            DemoCommand.class,
            TrainCommand.class,
            PretrainCommand.class,
            PredictCommand.class,
            EvaluateCommand.class,
            ExportCommand.class,
            EncodeCommand.class,
            PlanCommand.class,
            ExperimentCommand.class,
            BenchmarkCommand.class,
            InspectCommand.class,
            InitCommand.class,
            DownloadCommand.class,
            DoctorCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a defect of this program",
            "2:wrong usage, or a value of an option that is out of range, also of the model's",
            "3:a file, data or a model that cannot be used, or an output that is not ours to write",
            "5:training diverged",
            "6:out of memory",
            "130:interrupted; what was done has been saved (143 where the process was told to end)"
        },
        footer = {"modernbert4j demo", "modernbert4j train --help"})
public final class Main extends BaseCommand {
    static final int INTERNAL = 1;
    static final int BAD_INPUT = 3;
    static final int DIVERGED = 5;
    static final int OUT_OF_MEMORY = 6;
    static final int INTERRUPTED = 130;
    private static final int MOST_THREADS = 1024;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show where in the program an error comes from.")
    private boolean verbose;

    private Main() {}

    @Option(
            names = "--threads",
            scope = ScopeType.INHERIT,
            paramLabel = "N",
            description = "Threads that work; as many as there are processors unless given. The results are the same.")
    void setThreads(int threads) {
        requireBetween(1, MOST_THREADS, "--threads", threads);
        System.setProperty("threads", String.valueOf(threads));
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        OwnProcess.endWithParent();
        int code = run(args);
        if (code == OUT_OF_MEMORY) { // there may be none for what others do at the end, such as start threads
            System.out.flush();
            Runtime.getRuntime().halt(code);
        }
        if (code != INTERRUPTED) { // the process is ending already
            System.exit(code);
        }
    }

    /** Runs a command and gives its exit code. */
    public static int run(String... args) {
        Main main = new Main();
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        try {
            return main.commandLine(err).execute(args);
        } catch (CommandLine.InitializationException | OutOfMemoryError | StackOverflowError | LinkageError e) {
            return main.failed(e, err);
        }
    }

    private CommandLine commandLine(PrintWriter err) {
        return Values.register(shaped(new CommandLine(this)))
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setHelpFactory(OrderedHelp::new)
                .setParameterExceptionHandler(new UsageErrors())
                .setExecutionStrategy(parsed -> {
                    NativeLibraries.limitMemory();
                    List<CommandLine> commands = parsed.asCommandLineList();
                    if (commands.get(commands.size() - 1)
                            .getCommandSpec()
                            .optionsMap()
                            .containsKey("--backend")) {
                        NativeLibraries.prepare();
                    }
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setExecutionExceptionHandler((exception, line, result) -> failed(exception, line));
    }

    /** Gives the help of a command and of those under it one shape: a short first line, and examples at the end. */
    private static CommandLine shaped(CommandLine command) {
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true).footerHeading("%nExamples:%n");
        command.getSubcommands().values().forEach(Main::shaped);
        return command;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        err.println("which command?");
        err.print(spec.commandLine().getHelp().commandList());
        err.println("see modernbert4j --help");
        return CommandLine.ExitCode.USAGE;
    }

    /** Says what went wrong in a command; gives the exit code. */
    private int failed(Exception exception, CommandLine line) {
        if (exception instanceof ClosedOutput) {
            return 0;
        }
        if (exception instanceof SettingException) {
            if (verbose) {
                exception.printStackTrace(line.getErr());
            }
            return UsageErrors.show(line, exception.getMessage());
        }
        return failed(exception, line.getErr());
    }

    /** Says in a line what went wrong; gives the exit code. */
    private int failed(Throwable exception, PrintWriter err) {
        if (verbose) {
            exception.printStackTrace(err);
        }
        Failure failure = Failure.of(exception);
        err.println(failure.line());
        return failure.code();
    }

    /**
     * Shows options in the order in which a user thinks: model, data, what trains, numbers, machine, output. Options in neither list
     * stay between the two, as the command declares them.
     */
    static final class OrderedHelp extends CommandLine.Help {
        static final List<String> FIRST = List.of(
                ("--resume --model --tokenizer --data --file --text --label --label-type --delimiter --quote --keep-na --labels --missing --exclude-labels"
                                + " --sample --limit --validation --test --data-seed --texts --max-length --length --mask-rate --head"
                                + " --dropout --pooling --layer --all --freeze --train --schedule --layers-frozen --epochs --steps")
                        .split(" "));
        static final List<String> LAST = List.of(
                ("--backend --precision --threads --output --replace --svg --graph --summary --probabilities --json --dry-run"
                                + " --verbose --help --version")
                        .split(" "));

        OrderedHelp(CommandSpec command, ColorScheme colours) {
            super(command, colours);
        }

        @Override
        public Comparator<OptionSpec> createDefaultOptionSort() {
            return Comparator.comparingInt(option -> place(option.longestName()));
        }

        private static int place(String option) {
            int first = FIRST.indexOf(option);
            return first >= 0 ? first : FIRST.size() + 1 + LAST.indexOf(option); // -1 in neither
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"modernbert4j " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
