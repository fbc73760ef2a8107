package org.modernbert4j.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;

/**
 * Where downloads come from and where they lie.
 *
 * @param cache folder of the Hub's models, shared with Python
 * @param data folder of this project's own, for data from web addresses
 * @param endpoint address of the Hub, without a slash at its end
 * @param token sent to the endpoint and to no other host
 * @param offline the variable that forbids to ask for what is not on disk; empty if it is allowed
 * @param timeouts of requests
 * @param progress whether the progress of downloads is told
 */
public record HubSettings(
        Path cache,
        Path data,
        URI endpoint,
        Optional<Token> token,
        Optional<String> offline,
        Timeouts timeouts,
        boolean progress) {
    private static final Set<String> YES = Set.of("1", "on", "yes", "true");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
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
     * How long a server may say nothing; empty for the usual time.
     *
     * @param asking when it is asked for what it knows of a file
     * @param downloading while a file comes
     */
    public record Timeouts(Optional<Duration> asking, Optional<Duration> downloading) {}

    /**
     * The settings that the variables of an environment make, as huggingface_hub reads them: {@code HF_HUB_CACHE}, {@code
     * HF_HOME}, {@code XDG_CACHE_HOME}, {@code HF_TOKEN}, {@code HF_TOKEN_PATH}, {@code HF_HUB_DISABLE_IMPLICIT_TOKEN}, {@code
     * HF_ENDPOINT}, {@code HF_HUB_OFFLINE}, {@code HF_HUB_ETAG_TIMEOUT}, {@code HF_HUB_DOWNLOAD_TIMEOUT}, {@code
     * HF_HUB_DISABLE_PROGRESS_BARS}; and their older names {@code HUGGINGFACE_HUB_CACHE}, {@code HUGGING_FACE_HUB_TOKEN}, {@code
     * TRANSFORMERS_OFFLINE}.
     *
     * @throws InputException if the endpoint is no web address, the token cannot be read, or a timeout is no number of seconds
     */
    public static HubSettings of(Map<String, String> environment) {
        Path caches = path(environment, "XDG_CACHE_HOME")
                .orElseGet(() -> Path.of(home(environment)).resolve(".cache"));
        Path home = path(environment, "HF_HOME").orElseGet(() -> caches.resolve("huggingface"));
        String endpoint = value(environment, "HF_ENDPOINT").orElse("https://huggingface.co");
        return new HubSettings(
                path(environment, "HF_HUB_CACHE")
                        .or(() -> path(environment, "HUGGINGFACE_HUB_CACHE"))
                        .orElseGet(() -> home.resolve("hub")),
                caches.resolve("modernbert4j").resolve("data"),
                WebAddress.parse(endpoint.strip().replaceAll("/+$", ""), "HF_ENDPOINT=" + endpoint),
                isOn(value(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN"))
                        ? Optional.empty()
                        : token(environment, path(environment, "HF_TOKEN_PATH").orElseGet(() -> home.resolve("token"))),
                Stream.of("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
                        .filter(name -> value(environment, name).isPresent())
                        .findFirst()
                        .filter(name -> isOn(value(environment, name))),
                new Timeouts(
                        seconds(environment, "HF_HUB_ETAG_TIMEOUT"), seconds(environment, "HF_HUB_DOWNLOAD_TIMEOUT")),
                !isOn(value(environment, "HF_HUB_DISABLE_PROGRESS_BARS")));
    }

    private static boolean isOn(Optional<String> value) {
        return value.filter(text -> YES.contains(text.toLowerCase(Locale.ROOT))).isPresent();
    }

    /** A timeout; none where it is 0, as Python takes that. */
    private static Optional<Duration> seconds(Map<String, String> environment, String name) {
        Optional<String> given = value(environment, name).map(String::strip);
        if (given.filter(text -> !SECONDS.matcher(text).matches()).isPresent()) {
            throw new InputException(name + "=" + given.get() + ": is no number of seconds; give one such as 30");
        }
        return given.map(text -> Duration.ofSeconds(Long.parseLong(text))).filter(time -> !time.isZero());
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
        Optional<Token> given = named(environment, "HF_TOKEN").or(() -> named(environment, "HUGGING_FACE_HUB_TOKEN"));
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

    private static Optional<Token> named(Map<String, String> environment, String name) {
        return value(environment, name).flatMap(text -> token(text, name));
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
