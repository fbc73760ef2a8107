package org.modernbert4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class HubSettingsTest {
    @TempDir
    private Path folder;

    private static HubSettings of(String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", "/home/me"));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return HubSettings.of(environment);
    }

    private static String token(HubSettings settings) {
        return settings.token().map(HubSettings.Token::authorization).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "X=1, /home/me/.cache/huggingface/hub, /home/me/.cache/modernbert4j/data",
        "XDG_CACHE_HOME=/xdg, /xdg/huggingface/hub, /xdg/modernbert4j/data",
        "XDG_CACHE_HOME=/xdg HF_HOME=/hf, /hf/hub, /xdg/modernbert4j/data",
        "HF_HOME=/hf HF_HUB_CACHE=/cache, /cache, /home/me/.cache/modernbert4j/data",
        "HF_HOME=~/hf, /home/me/hf/hub, /home/me/.cache/modernbert4j/data",
        "HF_HUB_CACHE=$HOME/a/${USER}/$NONE USER=me, /home/me/a/me/$NONE, /home/me/.cache/modernbert4j/data",
        "HUGGINGFACE_HUB_CACHE=/old, /old, /home/me/.cache/modernbert4j/data",
        "HF_HUB_CACHE=/cache HUGGINGFACE_HUB_CACHE=/old, /cache, /home/me/.cache/modernbert4j/data",
        "HF_HUB_CACHE=, /home/me/.cache/huggingface/hub, /home/me/.cache/modernbert4j/data",
    })
    void foldersAreThoseOfPython(String variables, Path cache, Path data) {
        HubSettings settings = of(variables.replace(' ', '=').split("=", -1));

        assertEquals(cache, settings.cache());
        assertEquals(data, settings.data());
    }

    @Test
    void aTokenIsTakenFromTheVariableOrTheFile() throws IOException {
        Files.writeString(folder.resolve("token"), "of-home\n");
        Path other = Files.writeString(folder.resolve("other"), " of-path ");

        assertEquals("", token(of()));
        assertEquals("Bearer of-home", token(of("HF_HOME", folder.toString())));
        assertEquals("Bearer of-path", token(of("HF_HOME", folder.toString(), "HF_TOKEN_PATH", other.toString())));
        assertEquals("Bearer given", token(of("HF_HOME", folder.toString(), "HF_TOKEN", "given\n")));
        assertEquals("Bearer old", token(of("HF_HOME", folder.toString(), "HUGGING_FACE_HUB_TOKEN", "old")));
        assertEquals("Bearer given", token(of("HF_TOKEN", "given", "HUGGING_FACE_HUB_TOKEN", "old")));
        assertEquals("", token(of("HF_TOKEN", "given", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "yes")));
    }

    @Test
    void aTokenIsNeverShown() {
        HubSettings settings = of("HF_TOKEN", "hf_secret");
        assertFalse(settings.toString().contains("secret"), settings.toString());

        InputException refused = assertThrows(InputException.class, () -> of("HF_TOKEN", "hf_secret\nmore"));
        assertEquals(
                "HF_TOKEN: holds characters that no token has; write the token alone into it", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1, true", "ON, true", "yes, true", "True, true", "0, false", "'', false", "offline, false"})
    void offlineIsWhatPythonTakesForIt(String value, boolean offline) {
        for (String variable : List.of("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")) {
            assertEquals(
                    offline ? Optional.of(variable) : Optional.empty(),
                    of(variable, value).offline());
        }
        assertEquals(!offline, of("HF_HUB_DISABLE_PROGRESS_BARS", value).progress());
        assertEquals(Optional.empty(), of().offline());
        assertEquals(
                Optional.empty(),
                of("HF_HUB_OFFLINE", "0", "TRANSFORMERS_OFFLINE", "1").offline());
    }

    @Test
    void timeoutsAreSeconds() {
        HubSettings settings = of("HF_HUB_ETAG_TIMEOUT", "3", "HF_HUB_DOWNLOAD_TIMEOUT", "0");
        assertEquals(Optional.of(Duration.ofSeconds(3)), settings.timeouts().asking());
        assertEquals(Optional.empty(), settings.timeouts().downloading());
        InputException refused = assertThrows(InputException.class, () -> of("HF_HUB_DOWNLOAD_TIMEOUT", "soon"));
        assertEquals(
                "HF_HUB_DOWNLOAD_TIMEOUT=soon: is no number of seconds; give one such as 30", refused.getMessage());
    }

    @Test
    void theEndpointLosesItsSlash() {
        assertEquals(URI.create("https://huggingface.co"), of().endpoint());
        assertEquals(
                URI.create("http://mirror:8080/hf"),
                of("HF_ENDPOINT", "http://mirror:8080/hf/").endpoint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror", "ftp://mirror", "http://", "http://a b"})
    void anEndpointThatIsNoAddressIsRefused(String text) {
        InputException refused = assertThrows(InputException.class, () -> of("HF_ENDPOINT", text));
        assertTrue(
                refused.getMessage().startsWith("HF_ENDPOINT=" + text + ": is no web address"), refused.getMessage());
    }
}
