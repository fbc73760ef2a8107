package org.modernbert4j.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hash that a file must have.
 *
 * @param kind how it is computed
 * @param hex its digits
 */
record Checksum(Kind kind, String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final int SHA256_DIGITS = 64;
    private static final int SHA1_DIGITS = 40;
    private static final int BUFFER = 1 << 16;

    /** Ways to compute a hash. */
    enum Kind {
        /** SHA-256 of the content. */
        SHA256("SHA-256"),

        /** What git calls a file: SHA-1 of a header with its size, and the content. */
        GIT("SHA-1");

        private final String algorithm;

        Kind(String algorithm) {
            this.algorithm = algorithm;
        }

        /** The hash of a file. */
        String of(Path file) throws IOException {
            MessageDigest digest = digest(algorithm);
            if (this == GIT) {
                digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            byte[] buffer = new byte[BUFFER];
            try (InputStream in = Files.newInputStream(file)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    /** The hash that an ETag of the Hub is; empty if it is none. */
    static Optional<Checksum> ofEtag(String etag) {
        if (!HEX.matcher(etag).matches()) {
            return Optional.empty();
        }
        return switch (etag.length()) {
            case SHA256_DIGITS -> Optional.of(new Checksum(Kind.SHA256, etag));
            case SHA1_DIGITS -> Optional.of(new Checksum(Kind.GIT, etag));
            default -> Optional.empty();
        };
    }

    /** SHA-256 of a text in UTF-8. */
    static String ofText(String text) {
        return HexFormat.of().formatHex(digest(Kind.SHA256.algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has both
        }
    }
}
