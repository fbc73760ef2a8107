package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The PTX in the resources is that of the kernels beside it. {@code -Dnvrtc=libnvrtc.so.11.2} makes it anew where they have changed.
 * That of CUDA 11.8 serves drivers from there on, and the kernels ask for no later one.
 */
class PtxTest {
    private static final Path KERNELS = Path.of("src/main/resources/org/modernbert4j/backend/cuda");

    private static final Pattern RELEASE = Pattern.compile("release (\\d+)\\.(\\d+)");

    private static Stream<Path> kernels() throws IOException {
        return DriverOnCpu.files(KERNELS, ".cu").stream();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void isOfItsSource(Path source) throws IOException {
        Path ptx = Path.of(source.toString().replace(".cu", ".ptx"));
        String first = "// of " + Nvrtc.hash(source);
        boolean fits = Files.exists(ptx) && Files.readString(ptx).startsWith(first);
        String nvrtc = System.getProperty("nvrtc");
        if (!fits && nvrtc != null) {
            Files.writeString(ptx, first + "\n" + Nvrtc.load(nvrtc).ptx(source));
            fits = true;
        }
        assertTrue(
                fits,
                () -> ptx + " is not of " + source + " as it is now; run this test with -Dnvrtc=libnvrtc.so.11.2");
        String target = ".target " + Nvrtc.target(source);
        assertEquals(1, Files.readString(ptx).lines().filter(target::equals).count(), target);
    }

    /** A driver refuses PTX of a later release of CUDA than its own. */
    @ParameterizedTest
    @MethodSource("kernels")
    void theDriverThatIsAskedForKnowsItsRelease(Path source) throws IOException {
        Matcher release =
                RELEASE.matcher(Files.readString(Path.of(source.toString().replace(".cu", ".ptx"))));
        assertTrue(release.find());
        int cuda = 1000 * Integer.parseInt(release.group(1)) + 10 * Integer.parseInt(release.group(2));
        assertTrue(cuda <= Device.NEEDS.cuda(), () -> "Device.NEEDS must name CUDA " + release.group());
    }
}
