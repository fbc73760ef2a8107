package org.modernbert4j.cli;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * What {@code java -jar} starts: it starts {@link Main} in a JVM with the settings that the work needs, passes its streams through
 * and ends with its exit code. The settings matter to speed and memory only, so {@link Main} can be started by itself.
 */
public final class Launcher {
    private Launcher() {}

    /** Starts {@link Main} with the same arguments. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (isGarbled(args)) {
            System.err.println("arguments: the locale's encoding " + System.getProperty("sun.jnu.encoding")
                    + " lacks some of their characters; set LC_ALL=C.UTF-8");
            System.exit(CommandLine.ExitCode.USAGE);
        }
        System.exit(run(args));
    }

    /**
     * Starts {@link Main} in a JVM of its own and waits for it.
     *
     * @return its exit code
     */
    public static int run(String... args) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(args)).inheritIO();
        builder.environment()
                .putIfAbsent("OMP_WAIT_POLICY", "PASSIVE"); // idle threads of libnd4j leave the cores to ours
        Process main = builder.start();
        Thread hook = new Thread(() -> end(main));
        Runtime.getRuntime().addShutdownHook(hook);
        int code = main.waitFor();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return Main.INTERRUPTED; // this process is ending as well
        }
        return code;
    }

    /** Java replaces what the locale's encoding cannot hold, before anybody is asked. */
    private static boolean isGarbled(String[] args) {
        return !System.getProperty("sun.jnu.encoding").equals("UTF-8")
                && Arrays.stream(args).anyMatch(argument -> argument.indexOf('\uFFFD') >= 0);
    }

    /** On Ctrl-C the other JVM has been told as well and saves its work; on any other end it has to be told. */
    private static void end(Process main) {
        main.destroy();
        try {
            main.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(String[] args) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.add("-XX:+UseSerialGC"); // collector threads would compete with the workers
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        if (ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent()) {
            command.add("--add-modules=jdk.incubator.vector");
        }
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("-Djdk.console=java.base"); // System.console() is null again where nobody sits
        }
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(
                ManagementFactory.getRuntimeMXBean().getInputArguments()); // what the user set comes last and wins
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(List.of(args));
        return command;
    }
}
