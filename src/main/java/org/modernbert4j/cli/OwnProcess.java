package org.modernbert4j.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.modernbert4j.ChildJvm;

/** Runs a command in a process of its own, so that time and memory are its own too. It never outlives the process that started it. */
public final class OwnProcess {
    private static final int TOLD_TO_END = 143;

    private static final Pattern PASSED_ON =
            Pattern.compile("-X(?!run|debug)|-D(?!com\\.sun\\.management\\.|" + Pattern.quote(ChildJvm.PARENT) + ")");

    private OwnProcess() {}

    /**
     * Runs a command in a JVM with the heap, the collector and the properties of this one, and waits for it.
     *
     * @return its exit code
     */
    public static int run(String... args) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(args)).inheritIO().start();
        Thread hook = new Thread(() -> end(process));
        Runtime.getRuntime().addShutdownHook(hook);
        int code = process.waitFor();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return Main.INTERRUPTED; // this process is ending as well
        }
        return code;
    }

    /** On Ctrl-C the other process has been told as well and saves its work; on any other end it has to be told. */
    private static void end(Process process) {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(String[] args) {
        List<String> options = new ArrayList<>();
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(OwnProcess::isForChildren)
                .forEach(options::add);
        options.add(
                "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED"); // as the manifest says, for a class path
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        return ChildJvm.command(Launcher.class, options, List.of(args));
    }

    /** Debuggers and JMX open ports, which are this process's. */
    private static boolean isForChildren(String option) {
        return PASSED_ON.matcher(option).lookingAt();
    }

    /** In a process that {@link #run} started: once its parent is gone, ends as when it is told to, saving first. */
    static void endWithParent() {
        ChildJvm.whenParentEnds(() -> System.exit(TOLD_TO_END));
    }
}
