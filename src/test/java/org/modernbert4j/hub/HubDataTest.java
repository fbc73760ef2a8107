package org.modernbert4j.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.hub.FakeHub.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class HubDataTest {
    private static final byte[] TABLE = "text,topic\n".repeat(20_000).getBytes(UTF_8);
    private static final String PATH = "/data/news.csv";

    @TempDir
    private Path temp;

    private FakeHub server;
    private String address;
    private final List<String> notes = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new FakeHub().with(PATH, TABLE);
        address = server.endpoint() + PATH;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Hub hub(String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "XDG_CACHE_HOME", temp.toString(), "HF_TOKEN", "hf_secret", "HF_ENDPOINT", "http://127.0.0.1:9"));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        RetryPolicy policy =
                new RetryPolicy(2, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5), time -> {});
        return new Hub(
                HubSettings.of(environment),
                new DownloadListener() {
                    @Override
                    public void progress(String file, long done, long total) {
                        assertEquals("news.csv", file);
                    }

                    @Override
                    public void note(String line) {
                        notes.add(line);
                    }
                },
                policy,
                Disk.REAL);
    }

    private Path folder() {
        return temp.resolve("modernbert4j/data").resolve(FakeHub.sha256(address.getBytes(UTF_8)));
    }

    private String refused(Hub hub) {
        String message =
                assertThrows(InputException.class, () -> hub.data(address)).getMessage();
        assertFalse(message.contains("hf_secret"), message);
        return message;
    }

    @Test
    void downloadsOnceAndKeepsTheHash() throws IOException {
        Path file = hub().data(address);

        assertEquals(folder().resolve("news.csv"), file);
        assertArrayEquals(TABLE, Files.readAllBytes(file));
        assertEquals(FakeHub.sha256(TABLE) + "  news.csv\n", Files.readString(folder().resolve("news.csv.sha256")));
        server.forgetCalls();
        assertEquals(file, hub().data(address));
        assertEquals(List.of(), server.calls());
    }

    @Test
    void aFileThatHasChangedOnDiskIsRefused() throws IOException {
        Path file = hub().data(address);
        Files.writeString(file, "text,topic\n");

        String hash = FakeHub.sha256("text,topic\n".getBytes(UTF_8));
        assertEquals(
                file + ": is not what was downloaded: found SHA-256 " + hash + ", expected " + FakeHub.sha256(TABLE)
                        + "; delete it, and it is downloaded again",
                refused(hub()));
        Files.delete(file);
        assertArrayEquals(TABLE, Files.readAllBytes(hub().data(address)));
    }

    @Test
    void noTokenGoesToAnotherHost() {
        hub().data(address);
        assertTrue(server.calls().stream().allMatch(call -> call.authorization() == null), "no token");
    }

    @Test
    void followsRedirectsAndHeedsNoQueryInTheName() throws IOException {
        server.next("HEAD /moved.csv", FakeHub.moved(PATH)).next("GET /moved.csv", FakeHub.moved(PATH));
        address = server.endpoint() + "/a/b?x=/moved.csv";
        server.next("HEAD /a/b", FakeHub.moved("/moved.csv")).next("GET /a/b", FakeHub.moved("/moved.csv"));
        Hub hub = new Hub(HubSettings.of(Map.of("XDG_CACHE_HOME", temp.toString())), DownloadListener.NONE);

        Path file = hub.data(address);

        assertEquals(folder().resolve("b"), file);
        assertArrayEquals(TABLE, Files.readAllBytes(file));
    }

    @Test
    void goesOnAfterACut() throws IOException {
        FakeHub.Answer nothing = server.cutAfter(0);
        server.next("GET " + PATH, server.cutAfter(100_000), nothing, nothing);
        String message = refused(hub());
        String kept = message.replaceFirst(".*broke off after ([1-9][0-9]*) of 220000 bytes.*", "$1");

        assertArrayEquals(TABLE, Files.readAllBytes(hub().data(address)));
        assertEquals("bytes=" + kept + "-", server.downloads().get(3).range());
    }

    @Test
    void aPartOfAnotherVersionIsNotGoneOnWith() throws IOException {
        FakeHub.Answer nothing = server.cutAfter(0);
        server.next("GET " + PATH, server.cutAfter(100_000), nothing, nothing);
        refused(hub());
        byte[] changed = "topic,text\n".repeat(20_000).getBytes(UTF_8);
        server.with(PATH, changed);

        assertArrayEquals(changed, Files.readAllBytes(hub().data(address)));
    }

    @Test
    void aVersionThatComesBetweenTwoRequestsIsTakenWhole() throws IOException {
        byte[] changed = "topic,text\n".repeat(20_000).getBytes(UTF_8);
        server.next("GET " + PATH, exchange -> {
            server.cutAfter(100_000).to(exchange);
            server.with(PATH, changed);
        });

        assertArrayEquals(changed, Files.readAllBytes(hub().data(address)));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 405, 501})
    void takesAFileOfWhichAServerTellsNothing(int code) throws IOException {
        server.next("HEAD " + PATH, status(code)).next("GET " + PATH, server.cutAfter(100_000));

        assertArrayEquals(TABLE, Files.readAllBytes(hub().data(address)));
        assertEquals(
                List.of("null", "null"),
                server.downloads().stream()
                        .map(call -> String.valueOf(call.range()))
                        .toList());
    }

    @Test
    void whatCannotBeHadIsOneLineThatSaysWhatToPutWhere() {
        server.next("HEAD " + PATH, status(404));
        assertEquals(
                address + ": not on disk, and cannot be downloaded (HTTP 404); check the address, or put the file into "
                        + folder() + " as news.csv",
                refused(hub()));
        for (String variable : List.of("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")) {
            assertTrue(refused(hub(variable, "1")).contains("(" + variable + " is set); unset it, or put the file"));
        }
        server.close();
        assertTrue(refused(hub()).contains("(no connection to " + server.endpoint() + "/); try again later, or put"));
    }

    @Test
    void aFileThatWasPutThereIsTaken() throws IOException {
        Files.createDirectories(folder());
        Files.write(folder().resolve("news.csv"), TABLE);
        server.close();

        assertEquals(folder().resolve("news.csv"), hub("HF_HUB_OFFLINE", "1").data(address));
        assertTrue(Files.readString(folder().resolve("news.csv.sha256")).startsWith(FakeHub.sha256(TABLE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://", "https:///x", "http://host/a b"})
    void whatIsNoAddressIsRefused(String text) {
        assertTrue(Hub.isAddress(text));
        InputException refused = assertThrows(InputException.class, () -> hub().data(text));
        assertTrue(refused.getMessage().startsWith(text + ": is no web address"), refused.getMessage());
    }

    @Test
    void pathsAreNoAddresses() {
        assertFalse(Hub.isAddress("data/http.csv"));
        assertFalse(Hub.isAddress("http"));
    }
}
