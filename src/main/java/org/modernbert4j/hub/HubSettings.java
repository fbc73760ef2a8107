package org.modernbert4j.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;

/**
 * Where downloads come from and where they lie.
 *
 * @param cache folder of the Hub's models, shared with Python
 * @param data folder of this project's own, for data from web addresses
 * @param endpoint address of the Hub, without a slash at its end
 * @param token sent to the endpoint and to no other host
 * @param offline whether nothing may be asked for that is not on disk
 */
public record HubSettings(Path cache, Path data, URI endpoint, Optional<Token> token, boolean offline) {
    private static final Set<String> YES = Set.of("1", "on", "yes", "true");
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");

    /**
     * What proves to the Hub who asks; never part of a message.
     *
     * @param authorization value of the header {@code Authorization}
     */
    public record Token(String authorization) {
        @Override
        public String toString() {
            return "a token";
        }
    }

    /**
     * The settings that the variables of an environment make, as huggingface_hub reads them: {@code HF_HUB_CACHE}, {@code
     * HF_HOME}, {@code XDG_CACHE_HOME}, {@code HF_TOKEN}, {@code HF_TOKEN_PATH}, {@code HF_ENDPOINT}, {@code HF_HUB_OFFLINE}.
     *
     * @throws InputException if the endpoint is no web address, or the token cannot be read
     */
    public static HubSettings of(Map<String, String> environment) {
        Path caches = path(environment, "XDG_CACHE_HOME")
                .orElseGet(() -> Path.of(home(environment)).resolve(".cache"));
        Path home = path(environment, "HF_HOME").orElseGet(() -> caches.resolve("huggingface"));
        String endpoint = value(environment, "HF_ENDPOINT").orElse("https://huggingface.co");
        return new HubSettings(
                path(environment, "HF_HUB_CACHE").orElseGet(() -> home.resolve("hub")),
                caches.resolve("modernbert4j").resolve("data"),
                WebAddress.parse(endpoint.strip().replaceAll("/+$", ""), "HF_ENDPOINT=" + endpoint),
                token(environment, path(environment, "HF_TOKEN_PATH").orElseGet(() -> home.resolve("token"))),
                value(environment, "HF_HUB_OFFLINE")
                        .map(text -> YES.contains(text.toLowerCase(Locale.ROOT)))
                        .orElse(false));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }

    private static String home(Map<String, String> environment) {
        return value(environment, "HOME").orElseGet(() -> System.getProperty("user.home"));
    }

    /** A folder or file; a tilde and other variables in it are replaced, as Python replaces them. */
    private static Optional<Path> path(Map<String, String> environment, String name) {
        return value(environment, name).map(text -> {
            String fromHome = text.equals("~") || text.startsWith("~/") ? home(environment) + text.substring(1) : text;
            return Path.of(VARIABLE.matcher(fromHome).replaceAll(found -> {
                String variable = found.group(1) == null ? found.group(2) : found.group(1);
                return Matcher.quoteReplacement(environment.getOrDefault(variable, found.group()));
            }));
        });
    }

    private static Optional<Token> token(Map<String, String> environment, Path file) {
        Optional<Token> given = value(environment, "HF_TOKEN").flatMap(text -> token(text, "HF_TOKEN"));
        if (given.isPresent() || !Files.exists(file)) {
            return given;
        }
        try {
            return token(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new InputException(
                    file + ": the token cannot be read (" + Reason.of(e) + "); set HF_TOKEN or delete the file", e);
        }
    }

    /** A token as a variable or a file has it; empty if there is nothing but white space. */
    private static Optional<Token> token(String text, String where) {
        String secret = text.strip();
        if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new InputException(where + ": holds characters that no token has; write the token alone into it");
        }
        return secret.isEmpty() ? Optional.empty() : Optional.of(new Token("Bearer " + secret));
    }
}
