package org.modernbert4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes that tell whether a file is the expected one, as hexadecimal digits. */
public final class FileHash {
    private FileHash() {}

    /**
     * The SHA-256 of a file's bytes.
     *
     * @throws InputException if the file cannot be read
     */
    public static String sha256(Path file) {
        return of(file, sha256());
    }

    /** The SHA-256 of a text in UTF-8. */
    public static String sha256(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The name that git gives to a file's content: the SHA-1 of a header with its size, then its bytes.
     *
     * @throws InputException if the file cannot be read
     */
    public static String git(Path file) {
        MessageDigest digest = digest("SHA-1");
        digest.update(("blob " + file.toFile().length() + "\0").getBytes(StandardCharsets.US_ASCII));
        return of(file, digest);
    }

    /** A SHA-256 digest that has seen nothing. */
    public static MessageDigest sha256() {
        return digest("SHA-256");
    }

    private static String of(Path file, MessageDigest digest) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read (" + Reason.of(e) + "); put it back", e);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
