package org.modernbert4j;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Java processes that this one starts, with its class path. None needs to outlive it, however it ends: each can watch it. */
public final class ChildJvm {
    /** Property of a child: the id of the process that started it. */
    public static final String PARENT = "modernbert4j.parent";

    private static final long LOOK_MILLIS = 300;

    private ChildJvm() {}

    /**
     * The command that starts a class in a JVM of the same JDK.
     *
     * @param main has the method {@code main}
     * @param options of java, for this JVM only
     * @param arguments of the method
     */
    public static List<String> command(Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(options);
        command.add("-D" + PARENT + "=" + ProcessHandle.current().pid());
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(arguments);
        return command;
    }

    private static String classPath() {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getProperty("java.class.path"))
                .map(entry -> new File(entry).getAbsolutePath())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * In a process that was started by such a command: does something once its parent has ended, by whatever, in a thread of its own.
     * In others, does nothing.
     */
    public static void whenParentEnds(Runnable end) {
        Long parent = Long.getLong(PARENT);
        if (parent != null) {
            Thread watch = new Thread(() -> watch(parent, end), "watch of the parent");
            watch.setDaemon(true);
            watch.start();
        }
    }

    /** An orphan gets another parent at once, also where nobody has asked yet how the old one ended (a zombie). */
    private static void watch(long parent, Runnable end) {
        try {
            while (ProcessHandle.current().parent().map(ProcessHandle::pid).equals(Optional.of(parent))) {
                Thread.sleep(LOOK_MILLIS);
            }
            end.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
