package org.modernbert4j.backend.cpu;

import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;

/**
 * The JVM's module of vector instructions, {@code jdk.incubator.vector}. The JVM has it from the start if
 * {@code --add-modules jdk.incubator.vector} was given; it then warns of it before each command. Otherwise the module is loaded here,
 * the way in which the JDK loads its own modules for an agent that comes late. That needs {@code jdk.internal.module} exported, as the
 * manifest of the project's jar says ({@code Add-Exports}); the compiler treats the module in the same way then.
 */
final class VectorModule {
    private static final String NAME = "jdk.incubator.vector";
    private static final String LOADER_PACKAGE = "jdk.internal.module";

    private VectorModule() {}

    /**
     * Loads the module unless it is there.
     *
     * @return whether it is there now; it is not in a JVM without it, or one that was started with neither the option nor the jar
     */
    static boolean load() {
        if (ModuleLayer.boot().findModule(NAME).isPresent()) {
            return true;
        }
        if (ModuleFinder.ofSystem().find(NAME).isEmpty()
                || !Object.class.getModule().isExported(LOADER_PACKAGE, VectorModule.class.getModule())) {
            return false;
        }
        try {
            Class.forName(LOADER_PACKAGE + ".Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, NAME);
            return true;
        } catch (ClassNotFoundException | NoSuchMethodException e) {
            return false; // a JDK that loads its modules in another way
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(
                    "the module " + NAME + " does not load; start java with --add-modules " + NAME, e);
        }
    }
}
