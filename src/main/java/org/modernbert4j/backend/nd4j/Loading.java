package org.modernbert4j.backend.nd4j;

import java.util.Optional;
import org.modernbert4j.Reason;
import org.modernbert4j.backend.nvidia.Needs;
import org.modernbert4j.backend.nvidia.Survey;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Loads ND4J, once in a process. Where its CUDA build is on the class path, it uses the device if that build can run on it, and the CPU
 * if not: NVIDIA's driver is asked first, because ND4J would fail later or with a stack trace.
 */
final class Loading {
    static final String CUDA_BUILD = "org/nd4j/linalg/jcublas/JCublasBackend.class";

    /** The CUDA build has machine code for some cards and no PTX for later ones. */
    private static final Needs NEEDS =
            new Needs("the kernels of ND4J's CUDA build", 37, 89, 11060, "use --backend cuda, which needs 7.0, or cpu");

    /** One line that says why the device is not used although the CUDA build is there; empty otherwise. */
    static final Optional<String> NOTE = choose();

    /** One line that says what keeps ND4J from loading and what to do; empty if it is loaded. */
    static final Optional<String> OBSTACLE = load();

    private Loading() {}

    private static Optional<String> choose() {
        ClassLoader loader = ND4JClassLoading.getNd4jClassloader();
        if (loader.getResource(CUDA_BUILD) == null) {
            return Optional.empty();
        }
        Optional<String> note = note(Survey.of(Survey.DRIVER));
        note.ifPresent(line -> ND4JClassLoading.setNd4jClassloader(new CpuOnly(loader)));
        return note;
    }

    static Optional<String> note(Survey survey) {
        return survey.obstacle(NEEDS).map(why -> "ND4J computes on the CPU: " + why);
    }

    private static Optional<String> load() {
        try {
            Nd4j.getBackend();
            return Optional.empty();
        } catch (LinkageError e) {
            requireMemory(e);
            return Optional.of(Reason.ofLinking(e)
                    .map(why -> "ND4J's native library cannot be loaded: " + why
                            + "; it is unpacked under .javacpp in the home folder, which must be writable and allow"
                            + " programs to run, or into the folder that -Dorg.bytedeco.javacpp.cachedir names")
                    .orElse("ND4J finds no backend that works on this machine; put nd4j-native on the class path"));
        }
    }

    /** Where there are no memory and no threads for it, another backend is no remedy. */
    private static void requireMemory(LinkageError failure) {
        if (Reason.ofMemory(failure).isPresent()) {
            throw failure;
        }
    }
}
