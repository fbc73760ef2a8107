package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.hub.FakeHub;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.hub.HubSettings;

/** Commands that are given names of the Hub and web addresses; in processes with an environment of their own. */
class HubCommandsTest {
    private static final String TOKEN = "hf_secret";

    /** The Hub of this process; nothing listens there. */
    private static final URI ENDPOINT = HubSettings.of(System.getenv()).endpoint();

    @TempDir
    private Path temp;

    private FakeHub server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeHub().with("/files/news.csv", Files.readAllBytes(TinyCheckpoint.DATA));
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            server.with("owner/tiny", name, Files.readAllBytes(TinyCheckpoint.MODEL.resolve(name)));
        }
        server.withLarge(
                "owner/tiny",
                "model.safetensors",
                Files.readAllBytes(TinyCheckpoint.MODEL.resolve("model.safetensors")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Runs a command in a process that has the server for the Hub. */
    private Console run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().remove("HF_HUB_OFFLINE");
        builder.environment().put("HF_ENDPOINT", server.endpoint().toString());
        builder.environment().put("HF_HUB_CACHE", temp.resolve("hub").toString());
        builder.environment().put("XDG_CACHE_HOME", temp.resolve("cache").toString());
        builder.environment().put("HF_TOKEN", TOKEN);
        int code = builder.start().waitFor();
        Console console = new Console(code, Files.readString(out), Files.readString(err));
        assertFalse((console.out() + console.err()).contains(TOKEN), console.err());
        return console;
    }

    private Path snapshot() {
        return temp.resolve("hub/models--owner--tiny/snapshots").resolve(FakeHub.COMMIT);
    }

    @Test
    void theExamplesOfItsHelpDownload() throws IOException, InterruptedException {
        for (List<String> example : HelpTest.examples(List.of("download"))) {
            String name = example.get(1).replaceAll("@.*", "");
            for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
                server.with(name, file, Files.readAllBytes(TinyCheckpoint.MODEL.resolve(file)));
            }
            server.withLarge(
                    name, "model.safetensors", Files.readAllBytes(TinyCheckpoint.MODEL.resolve("model.safetensors")));
            Console console = run(example.toArray(String[]::new));
            assertEquals(0, console.code(), console.err());
        }
    }

    @Test
    void downloadPrintsTheFolder() throws Exception {
        Console console = run("download", "owner/tiny");

        assertEquals(0, console.code(), console.err());
        assertEquals(snapshot().toString(), console.out().strip());
        assertTrue(console.err().contains("model.safetensors"), console.err());
        assertEquals(
                -1,
                Files.mismatch(
                        TinyCheckpoint.MODEL.resolve("config.json"), snapshot().resolve("config.json")));
    }

    @Test
    void trainsOnAModelOfTheHubAndDataOfAnAddressAndGoesOnWithoutANetwork() throws Exception {
        String[] train = {
            "train",
            "--model",
            "owner/tiny",
            "--data",
            server.endpoint() + "/files/news.csv",
            "--label",
            "topic",
            "--epochs",
            "1",
            "--max-length",
            "32",
            "--output",
            temp.resolve("run").toString()
        };

        Console first = run(train);
        server.close();
        train[train.length - 1] = temp.resolve("again").toString();
        Console second = run(train);

        assertEquals(0, first.code(), first.err());
        assertTrue(first.err().contains("news.csv"), first.err());
        assertEquals(0, second.code(), second.err());
        assertTrue(second.err().contains("taken as it was last downloaded, from " + snapshot()), second.err());
        assertEquals(
                -1,
                Files.mismatch(
                        temp.resolve("run/best/model.safetensors"), temp.resolve("again/best/model.safetensors")));
    }

    @Test
    void aPlanTakesNothingButTheConfiguration() throws Exception {
        Console console = run("plan", "--model", "owner/tiny", "--labels", "3");

        assertEquals(0, console.code(), console.err());
        try (Stream<Path> files = Files.list(snapshot())) {
            assertEquals(List.of(snapshot().resolve("config.json")), files.toList());
        }
    }

    @Test
    void anExperimentTakesItsModelFromTheHub() throws Exception {
        Console console =
                run("experiment", "RuModernBertFull", "--plan", "--model", "owner/tiny", "--data", "nowhere.csv");

        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().startsWith("nowhere.csv: not on disk; planned for 17 labels"), console.out());
        assertTrue(Files.exists(snapshot().resolve("tokenizer.json")));
        assertFalse(Files.exists(snapshot().resolve("model.safetensors")));
    }

    @Test
    void whatTheHubLacksExitsWith3() throws Exception {
        Console console = run("inspect", "owner/huge");

        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        assertEquals(
                "owner/huge: no config.json at revision main on " + server.endpoint()
                        + " (HTTP 404); check owner, name and revision, or give a folder",
                console.err().strip());
    }

    @Test
    void withoutNetworkOneLineSaysWhatToPutWhere() {
        Console console = Console.run("benchmark", "--model", "owner/name");

        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        assertEquals(1, console.errLines().size(), console.err());
        assertTrue(
                console.err()
                        .contains("put config.json, tokenizer.json and model.safetensors from"
                                + " " + ENDPOINT + "/owner/name/tree/main into "
                                + Path.of("models", "owner", "name")),
                console.err());
    }

    @Test
    void noTestReachesTheHub() {
        assertTrue(HubSettings.of(System.getenv()).offline().isPresent());
        assertEquals("127.0.0.1", ENDPOINT.getHost());
        assertThrows(ConnectException.class, () -> new Socket(ENDPOINT.getHost(), ENDPOINT.getPort()).close());
    }

    @Test
    void whatCannotBeOnTheHubIsNotDownloaded() {
        assertEquals(2, Console.run("download", "./tiny").code());
        assertEquals(2, Console.run("download", "a/b/c").code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./name",
                "/none/name",
                "a/b/c",
                "name",
                "a/name/",
                "runs/typo",
                "weights/typo",
                "src/mian",
                "src/main.x/",
                "a\\b",
                "owner/model.safetensors",
                "a/../b"
            })
    void pathsStayPaths(String text) {
        Console console = Console.run("inspect", text);
        assertEquals(Main.BAD_INPUT, console.code());
        assertTrue(console.err().startsWith(Path.of(text) + ": no such folder"), console.err());
    }

    @Test
    void aFolderWinsOverAName() {
        assertEquals(
                Path.of("weights/modernbert-mini-ru"),
                new ModelLocation("weights/modernbert-mini-ru").folder(HubFiles.ALL));
    }
}
