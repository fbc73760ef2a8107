package org.modernbert4j.cli;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;

/** Settings of libraries that count only if they are made before the libraries are loaded. */
final class NativeLibraries {
    private static final String MOST_BYTES = "org.bytedeco.javacpp.maxbytes";
    private static final String MOST_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxphysicalbytes";
    private static final String WAITING = "OMP_WAIT_POLICY";

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
        if (System.getenv(WAITING) == null) { // idle threads of libnd4j leave the cores to ours
            Function.getFunction(Platform.C_LIBRARY_NAME, Platform.isWindows() ? "_putenv_s" : "setenv")
                    .invokeInt(new Object[] {WAITING, "PASSIVE", 1});
        }
        silenceUnsafe();
    }

    /**
     * Takes the place of four lines that newer JVMs print, once in a process, for the authors of JavaCPP: that the class with which it
     * reads memory will be gone one day. Where that JVM was asked to refuse (or a later one does so by itself), it still does.
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
