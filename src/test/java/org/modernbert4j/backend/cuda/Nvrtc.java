package org.modernbert4j.backend.cuda;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NVIDIA's run-time compiler, which makes PTX of the kernels. */
final class Nvrtc {
    /** Its functions, of the NVRTC manual. */
    public interface Api extends Library {
        int nvrtcCreateProgram(
                PointerByReference program, String source, String name, int headers, String[] texts, String[] names);

        int nvrtcCompileProgram(Pointer program, int options, String[] values);

        int nvrtcGetProgramLogSize(Pointer program, LongByReference size);

        int nvrtcGetProgramLog(Pointer program, byte[] log);

        int nvrtcGetPTXSize(Pointer program, LongByReference size);

        int nvrtcGetPTX(Pointer program, byte[] ptx);
    }

    private static final Pattern INCLUDE = Pattern.compile("#include \"(.*)\"");

    private final Api api;

    private Nvrtc(Api api) {
        this.api = api;
    }

    static Nvrtc load(String library) {
        return new Nvrtc(Native.load(library, Api.class));
    }

    /** The architecture that a file needs: products of bfloat16 and asynchronous copies came with 8.0. */
    static String target(Path source) {
        return source.getFileName().toString().contains("bfloat16") ? "sm_80" : "sm_70";
    }

    /** What a file includes, each before what includes it. */
    private static Set<Path> headers(Path source) throws IOException {
        Set<Path> headers = new LinkedHashSet<>();
        Matcher include = INCLUDE.matcher(Files.readString(source));
        while (include.find()) {
            Path header = source.resolveSibling(include.group(1));
            headers.addAll(headers(header));
            headers.add(header);
        }
        return headers;
    }

    /** SHA-256 of a kernel file and its headers. */
    static String hash(Path source) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path header : headers(source)) {
                digest.update(Files.readAllBytes(header));
            }
            digest.update(Files.readAllBytes(source));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String ptx(Path source) throws IOException {
        PointerByReference program = new PointerByReference();
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Path header : headers(source)) {
            texts.add(Files.readString(header));
            names.add(header.getFileName().toString());
        }
        check(api.nvrtcCreateProgram(
                program,
                Files.readString(source),
                source.getFileName().toString(),
                names.size(),
                texts.toArray(new String[0]),
                names.toArray(new String[0])));
        String[] options = {"-arch=" + target(source).replace("sm", "compute"), "-std=c++17", "-default-device"};
        int status = api.nvrtcCompileProgram(program.getValue(), options.length, options);
        LongByReference size = new LongByReference();
        check(api.nvrtcGetProgramLogSize(program.getValue(), size));
        byte[] log = new byte[(int) size.getValue()];
        check(api.nvrtcGetProgramLog(program.getValue(), log));
        if (status != 0) {
            throw new AssertionError(source + ":\n" + Native.toString(log));
        }
        check(api.nvrtcGetPTXSize(program.getValue(), size));
        byte[] ptx = new byte[(int) size.getValue()];
        check(api.nvrtcGetPTX(program.getValue(), ptx));
        return new String(ptx, 0, ptx.length - 1, StandardCharsets.US_ASCII);
    }

    private static void check(int status) {
        if (status != 0) {
            throw new AssertionError("NVRTC: status " + status);
        }
    }
}
