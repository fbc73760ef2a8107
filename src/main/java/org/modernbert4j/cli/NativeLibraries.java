package org.modernbert4j.cli;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Settings of libraries that count only if they are made before the libraries are loaded. */
final class NativeLibraries {
    private static final String MOST_BYTES = "org.bytedeco.javacpp.maxbytes";
    private static final String MOST_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxphysicalbytes";
    private static final String WAITING = "OMP_WAIT_POLICY";

    /** JNA tells it what it throws as well, with a stack trace. */
    private static final Logger JNA = Logger.getLogger("com.sun.jna.Native");

    private NativeLibraries() {}

    /** For any command: properties. ND4J's memory is limited by what the machine has, not by the Java heap. */
    static void limitMemory() {
        if (System.getProperty(MOST_BYTES) == null) {
            System.setProperty(MOST_BYTES, "0");
        }
        if (System.getProperty(MOST_PHYSICAL_BYTES) == null) {
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            System.setProperty(MOST_PHYSICAL_BYTES, String.valueOf(system.getTotalMemorySize() / 10 * 9));
        }
    }

    /** For commands that run a network. */
    static void prepare() {
        JNA.setLevel(Level.OFF);
        if (System.getenv(WAITING) == null) { // idle threads of libnd4j leave the cores to ours
            Function.getFunction(Platform.C_LIBRARY_NAME, Platform.isWindows() ? "_putenv_s" : "setenv")
                    .invokeInt(new Object[] {WAITING, "PASSIVE", 1});
        }
        silenceUnsafe();
    }

    /**
     * Takes the place of four lines that JVMs from 24 on print, once in a process, for the authors of JavaCPP: that the class with which
     * it reads memory will be gone one day. Where that JVM was asked to refuse (or a later one does so by itself), it still does.
     *
     * <p>There is no clean way. What says so is the option {@code --sun-misc-unsafe-memory-access=allow} of java: no attribute of a
     * jar's manifest stands for it (as Enable-Native-Access does for another warning), JDK_JAVA_OPTIONS is read before any of our code
     * runs, JDK 17 refuses to start with it, and a second JVM, which could have it, would lose what the user gave the first. So this sets
     * the flag that the JVM sets itself after the first warning.
     */
    private static void silenceUnsafe() {
        try {
            Field warned = Class.forName("sun.misc.Unsafe").getDeclaredField("memoryAccessWarned");
            warned.setAccessible(true);
            warned.setBoolean(null, true);
        } catch (ReflectiveOperationException e) {
            return; // a JVM that does not warn, or counts in another way
        }
    }
}
