package org.modernbert4j.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;

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
     * The settings that the variables of an environment make, as huggingface_hub reads them: {@code HF_HUB_CACHE}, {@code
     * HF_HOME}, {@code XDG_CACHE_HOME}, {@code HF_TOKEN}, {@code HF_TOKEN_PATH}, {@code HF_ENDPOINT}, {@code HF_HUB_OFFLINE}.
     *
     * @throws InputException if the endpoint is no web address, or the token cannot be read
     */
    public static HubSettings of(Map<String, String> environment) {
        Path caches = path(environment, "XDG_CACHE_HOME")
                .orElseGet(() -> Path.of(home(environment)).resolve(".cache"));
        Path home = path(environment, "HF_HOME").orElseGet(() -> caches.resolve("huggingface"));
        return new HubSettings(
                path(environment, "HF_HUB_CACHE").orElseGet(() -> home.resolve("hub")),
                caches.resolve("modernbert4j").resolve("data"),
                endpoint(value(environment, "HF_ENDPOINT").orElse("https://huggingface.co")),
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

    private static URI endpoint(String text) {
        try {
            URI address = new URI(text.strip().replaceAll("/+$", ""));
            if (WebAddress.isOne(address)) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw noAddress(text, e);
        }
        throw noAddress(text, null);
    }

    private static InputException noAddress(String text, Throwable cause) {
        return new InputException(
                "HF_ENDPOINT=" + text + ": is no web address; use one such as https://huggingface.co", cause);
    }

    private static Optional<Token> token(Map<String, String> environment, Path file) {
        Optional<Token> given = value(environment, "HF_TOKEN").flatMap(text -> Token.of(text, "HF_TOKEN"));
        if (given.isPresent() || !Files.exists(file)) {
            return given;
        }
        try {
            return Token.of(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new InputException(
                    file + ": the token cannot be read (" + e + "); set HF_TOKEN or delete the file", e);
        }
    }
}
