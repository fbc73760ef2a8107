package org.modernbert4j.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.modernbert4j.hub.FakeHub.COMMIT;
import static org.modernbert4j.hub.FakeHub.path;
import static org.modernbert4j.hub.FakeHub.status;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class HubModelTest {
    private static final String REPOSITORY = "owner/name";
    private static final HubName MODEL = HubName.parse(REPOSITORY).orElseThrow();
    private static final String WEIGHTS = "model.safetensors";
    private static final String GET_WEIGHTS = "GET /large" + path(REPOSITORY, WEIGHTS);
    private static final String HEAD_CONFIG = "HEAD " + path(REPOSITORY, "main", "config.json");
    private static final String SECRET = "hf_secret";
    private static final byte[] CONFIG = "{\"model_type\": \"modernbert\"}".getBytes(UTF_8);
    private static final byte[] TOKENIZER = "{}".getBytes(UTF_8);
    private static final byte[] TENSORS = randomBytes(300_000);

    @TempDir
    private Path temp;

    private FakeHub server;
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final List<Long> done = new CopyOnWriteArrayList<>();

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void start() throws IOException {
        server = new FakeHub()
                .with(REPOSITORY, "config.json", CONFIG)
                .with(REPOSITORY, "tokenizer.json", TOKENIZER)
                .withLarge(REPOSITORY, WEIGHTS, TENSORS);
    }

    @AfterEach
    void stopAndLookForTheToken() {
        server.close();
        assertFalse(notes.stream().anyMatch(line -> line.contains(SECRET)), notes.toString());
    }

    private Path cache() {
        return temp.resolve("hub");
    }

    private Path root() {
        return cache().resolve("models--owner--name");
    }

    private Path blobOfWeights() {
        return root().resolve("blobs").resolve(FakeHub.sha256(TENSORS));
    }

    private Path partialOfWeights() {
        return root().resolve("blobs").resolve(FakeHub.sha256(TENSORS) + ".incomplete");
    }

    private Hub hub(String... variables) {
        return hub(Disk.REAL, 5, variables);
    }

    private Hub hub(Disk disk, int tries, String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "HOME", temp.toString(),
                "HF_HUB_CACHE", cache().toString(),
                "HF_TOKEN", SECRET,
                "HF_ENDPOINT", server.endpoint().toString()));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        RetryPolicy policy = new RetryPolicy(
                tries,
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                waits::add);
        return new Hub(HubSettings.of(environment), listener(), policy, disk);
    }

    private DownloadListener listener() {
        return new DownloadListener() {
            @Override
            public void progress(String file, long bytes, long total) {
                if (file.equals(WEIGHTS)) {
                    assertEquals(TENSORS.length, total);
                    done.add(bytes);
                }
            }

            @Override
            public void note(String line) {
                notes.add(line);
            }
        };
    }

    private Path download() {
        return hub().model(MODEL, HubFiles.ALL);
    }

    private void assertWhole(Path folder) throws IOException {
        assertArrayEquals(CONFIG, Files.readAllBytes(folder.resolve("config.json")));
        assertArrayEquals(TOKENIZER, Files.readAllBytes(folder.resolve("tokenizer.json")));
        assertArrayEquals(TENSORS, Files.readAllBytes(folder.resolve(WEIGHTS)));
        try (Stream<Path> files = Files.walk(cache())) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().endsWith(".incomplete"))
                            .toList());
        }
    }

    private String refused(Hub hub) {
        InputException refused = assertThrows(InputException.class, () -> hub.model(MODEL, HubFiles.ALL));
        assertFalse(refused.getMessage().contains(SECRET), refused.getMessage());
        return refused.getMessage();
    }

    /** What was asked for of the weights: all of them, or all from a byte on that is at most the one given. */
    private void assertRanges(Object... most) {
        List<String> ranges = ranges();
        assertEquals(most.length, ranges.size(), ranges.toString());
        for (int i = 0; i < most.length; i++) {
            if (most[i] instanceof Integer from) {
                int asked = Integer.parseInt(ranges.get(i).replaceAll("[^0-9]", ""));
                assertTrue(asked > 0 && asked <= from, ranges.toString());
            } else {
                assertEquals(most[i], ranges.get(i));
            }
        }
    }

    private List<String> ranges() {
        return server.downloads().stream()
                .filter(FakeHub.Call::large)
                .map(call -> String.valueOf(call.range()))
                .toList();
    }

    @Test
    void laysFilesOutAsPythonDoes() throws IOException {
        Path folder = download();

        assertWhole(folder);
        assertEquals(root().resolve("snapshots").resolve(COMMIT), folder);
        assertEquals(COMMIT, Files.readString(root().resolve("refs/main")));
        assertEquals(
                Path.of("..", "..", "blobs", FakeHub.sha256(TENSORS)), Files.readSymbolicLink(folder.resolve(WEIGHTS)));
        assertEquals(
                Path.of("..", "..", "blobs", FakeHub.gitHash(CONFIG)),
                Files.readSymbolicLink(folder.resolve("config.json")));
        assertTrue(Files.exists(root().resolve(".no_exist").resolve(COMMIT).resolve("special_tokens_map.json")));
        assertTrue(Files.exists(cache().resolve(".locks/models--owner--name/" + FakeHub.sha256(TENSORS) + ".lock")));
        assertEquals(List.of(), notes);
        assertEquals(TENSORS.length, done.get(done.size() - 1));
    }

    @Test
    void takesWhatSentenceTransformersAddsToAModel() throws IOException {
        server.with(REPOSITORY, "modules.json", CONFIG).with(REPOSITORY, "1_Pooling/config.json", TOKENIZER);

        Path folder = download();

        assertArrayEquals(CONFIG, Files.readAllBytes(folder.resolve("modules.json")));
        assertArrayEquals(
                TOKENIZER, Files.readAllBytes(folder.resolve("1_Pooling").resolve("config.json")));
        assertFalse(HubFiles.TOKENIZER.optional().contains("modules.json"));
    }

    @Test
    void asksOnlyWhetherTheBranchHasMovedTheNextTime() throws IOException {
        Path folder = download();
        server.forgetCalls();

        assertEquals(folder, download());
        assertEquals(
                List.of(HEAD_CONFIG),
                server.calls().stream().map(FakeHub.Call::request).toList());
    }

    @Test
    void asksNobodyForACommitThatIsThere() {
        Path folder = download();
        server.close();

        assertEquals(
                folder, hub().model(HubName.parse(REPOSITORY + "@" + COMMIT).orElseThrow(), HubFiles.ALL));
        assertEquals(List.of(), notes);
    }

    @Test
    void takesNoMoreThanIsWanted() {
        Path folder = hub().model(MODEL, HubFiles.CONFIG);

        assertTrue(Files.exists(folder.resolve("config.json")));
        assertEquals(1, server.downloads().size());
        hub().model(MODEL, HubFiles.TOKENIZER);
        assertEquals(2, server.downloads().size());
        assertFalse(Files.exists(folder.resolve(WEIGHTS)));
    }

    @Test
    void takesTheShardsThatAnIndexNames() throws IOException {
        String index = "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\","
                + " \"c\": \"model-1.safetensors\"}}";
        server.with("owner/shards", "config.json", CONFIG)
                .with("owner/shards", "tokenizer.json", TOKENIZER)
                .with("owner/shards", "model.safetensors.index.json", index.getBytes(UTF_8))
                .withLarge("owner/shards", "model-1.safetensors", TENSORS)
                .withLarge("owner/shards", "model-2.safetensors", CONFIG);
        HubName sharded = HubName.parse("owner/shards").orElseThrow();

        Path folder = new Hub(HubSettings.of(environment()), DownloadListener.NONE).model(sharded, HubFiles.ALL);

        assertArrayEquals(TENSORS, Files.readAllBytes(folder.resolve("model-1.safetensors")));
        assertArrayEquals(CONFIG, Files.readAllBytes(folder.resolve("model-2.safetensors")));
        assertTrue(HubFiles.ALL.areIn(folder));
        Files.delete(folder.resolve("model-2.safetensors"));
        assertFalse(HubFiles.ALL.areIn(folder));
    }

    private Map<String, String> environment() {
        return Map.of(
                "HOME", temp.toString(),
                "HF_HUB_CACHE", cache().toString(),
                "HF_ENDPOINT", server.endpoint().toString());
    }

    @Test
    void theTokenGoesToTheHubAlone() throws IOException {
        server.next(HEAD_CONFIG, FakeHub.moved("/owner/renamed/resolve/main/config.json"))
                .with("owner/renamed", "config.json", CONFIG);

        assertWhole(download());

        assertTrue(server.calls().stream().anyMatch(FakeHub.Call::large));
        assertTrue(
                server.calls().stream().anyMatch(call -> call.request().startsWith("HEAD /owner/renamed")),
                "a redirect to the same host is followed");
        for (FakeHub.Call call : server.calls()) {
            assertEquals(call.large() ? null : "Bearer " + SECRET, call.authorization(), call.toString());
        }
    }

    @Test
    void redirectsWithoutEndAreRefused() {
        FakeHub.Answer[] moves = new FakeHub.Answer[20];
        Arrays.fill(moves, FakeHub.moved(path(REPOSITORY, "main", "config.json")));
        server.next(HEAD_CONFIG, moves);

        assertTrue(refused(hub()).contains("more than 10 redirects"));
    }

    @Test
    void goesOnAfterCutConnections() throws IOException {
        server.next(GET_WEIGHTS, server.cutAfter(100_000), server.cutAfter(50_000));

        assertWhole(download());

        assertRanges("null", 100_000, 150_000);
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(1)), waits);
        assertTrue(notes.get(0).startsWith("owner/name: model.safetensors: "), notes.toString());
    }

    @Test
    void goesOnInAnotherRunAfterACut() throws IOException {
        server.next(GET_WEIGHTS, server.cutAfter(100_000));

        String message = refused(hub(Disk.REAL, 1));

        long kept = Files.size(partialOfWeights());
        assertTrue(
                message.startsWith("owner/name: model.safetensors: broke off after " + kept + " of 300000 bytes ("),
                message);
        assertTrue(message.endsWith("give the same command again, it goes on from there"), message);
        assertWhole(download());
        assertEquals(List.of("null", "bytes=" + kept + "-"), ranges());
    }

    @Test
    void givesUpWhenNothingNewComes() {
        FakeHub.Answer[] cuts = new FakeHub.Answer[10];
        Arrays.fill(cuts, server.cutAfter(0));
        server.next(GET_WEIGHTS, cuts);

        assertTrue(refused(hub()).contains("broke off after 0 of 300000 bytes"));
        assertEquals(
                List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(3)),
                waits);
    }

    @Test
    void beginsAnewWhereAServerKnowsNoRanges() throws IOException {
        server.next(GET_WEIGHTS, server.cutAfter(100_000), server.whole());

        assertWhole(download());
        assertRanges("null", 100_000);
    }

    @Test
    void beginsAnewWhereAServerRefusesTheRange() throws IOException {
        server.next(GET_WEIGHTS, server.cutAfter(100_000), status(416));

        assertWhole(download());
        assertRanges("null", 100_000, "null");
    }

    @Test
    void wrongBytesAreDownloadedOnceMore() throws IOException {
        byte[] wrong = TENSORS.clone();
        wrong[7]++;
        server.next(GET_WEIGHTS, FakeHub.content(wrong));

        assertWhole(download());
        assertTrue(notes.get(0).contains("found wrong bytes with hash " + FakeHub.sha256(wrong)), notes.toString());
    }

    @Test
    void wrongBytesTwiceAreRefusedAndNotKept() throws IOException {
        byte[] wrong = TENSORS.clone();
        wrong[7]++;
        server.next(GET_WEIGHTS, FakeHub.content(wrong), FakeHub.content(wrong));

        assertEquals(
                "owner/name: model.safetensors: found wrong bytes with hash " + FakeHub.sha256(wrong) + ", expected "
                        + FakeHub.sha256(TENSORS)
                        + ", twice; try again later, or check for a proxy that changes downloads",
                refused(hub()));
        assertFalse(Files.exists(partialOfWeights()));
        assertFalse(Files.exists(blobOfWeights()));
        assertWhole(download());
    }

    @Test
    void wrongBytesOfASmallFileAreSeen() {
        String get = "GET " + path(REPOSITORY, "tokenizer.json");
        server.next(get, FakeHub.content("[]".getBytes(UTF_8)), FakeHub.content("[]".getBytes(UTF_8)));

        assertTrue(refused(hub()).contains("tokenizer.json: found wrong bytes"));
    }

    @Test
    void aBrokenRestOfAnEarlierRunIsReplaced() throws IOException {
        Files.createDirectories(partialOfWeights().getParent());
        Files.write(partialOfWeights(), new byte[1000]);

        assertWhole(download());
        assertEquals(List.of("bytes=1000-", "null"), ranges());
    }

    @Test
    void tooManyBytesAreRefused() {
        byte[] more = Arrays.copyOf(TENSORS, TENSORS.length + 5);
        server.next(GET_WEIGHTS, FakeHub.content(more), FakeHub.content(more));

        assertTrue(refused(hub()).contains("bytes, expected 300000, twice"));
        assertFalse(Files.exists(partialOfWeights()));
    }

    @Test
    void tooFewBytesAreAskedForAgain() throws IOException {
        server.next(GET_WEIGHTS, FakeHub.content(Arrays.copyOf(TENSORS, 200_000)));

        assertWhole(download());
        assertEquals(List.of("null", "bytes=200000-"), ranges());
    }

    @Test
    void aFileThatStaysTooShortIsRefused() {
        FakeHub.Answer[] shorts = new FakeHub.Answer[20];
        Arrays.fill(shorts, FakeHub.content(Arrays.copyOf(TENSORS, 200_000)));
        server.next(GET_WEIGHTS, shorts);

        assertTrue(refused(hub()).contains("broke off after 200000 of 300000 bytes"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void whatMayNotBeReadNamesTheTokenAndTheLicence(int code) {
        server.next(HEAD_CONFIG, status(code));

        assertEquals(
                "owner/name: config.json at revision main is refused (HTTP " + code
                        + "); check the name, accept the licence at " + server.endpoint()
                        + "/owner/name if it asks for that, and set HF_TOKEN to a token that may read it",
                refused(hub()));
        assertEquals(List.of(), waits);
    }

    @Test
    void whatMayNotBeDownloadedIsRefusedToo() {
        server.next("GET " + path(REPOSITORY, WEIGHTS), status(403));

        assertTrue(refused(hub()).startsWith("owner/name: model.safetensors at revision main is refused (HTTP 403)"));
    }

    @Test
    void whatIsNotThereNamesRepositoryRevisionAndFile() {
        server.next(HEAD_CONFIG, status(404));
        assertEquals(
                "owner/name: no config.json at revision main on " + server.endpoint()
                        + " (HTTP 404); check owner, name and revision, or give a folder",
                refused(hub()));

        server.next("HEAD " + path(REPOSITORY, WEIGHTS), status(404));
        assertTrue(refused(hub())
                .startsWith("owner/name: no model.safetensors and no model.safetensors.index.json at revision main"));
    }

    /** The list of files, as the Hub has it for its main branch and its commit. */
    private FakeHub listed(FakeHub hub, String... files) {
        String siblings = Arrays.stream(files)
                .map("{\"rfilename\": \"%s\"}"::formatted)
                .collect(Collectors.joining(", ", "{\"id\": \"owner/name\", \"siblings\": [", "]}"));
        for (String revision : List.of("main", FakeHub.COMMIT)) {
            hub.with("/api/models/" + REPOSITORY + "/revision/" + revision, siblings.getBytes(UTF_8));
        }
        return hub;
    }

    @Test
    void weightsOfAnotherKindAreNamedBeforeAnythingLargeComes() throws IOException {
        server.close();
        byte[] config =
                "{\"model_type\": \"modernbert\", \"architectures\": [\"ModernBertForMaskedLM\"]}".getBytes(UTF_8);
        server = listed(
                new FakeHub()
                        .with(REPOSITORY, "config.json", config)
                        .with(REPOSITORY, "tokenizer.json", TOKENIZER)
                        .withLarge(REPOSITORY, "pytorch_model.bin", TENSORS),
                "config.json",
                "pytorch_model.bin",
                "tokenizer.json");

        assertEquals(
                "owner/name: found weights in pytorch_model.bin alone, expected model.safetensors; convert them with"
                        + " python -c 'import transformers as t;"
                        + " t.ModernBertForMaskedLM.from_pretrained(\"owner/name\").save_pretrained(\"name\","
                        + " safe_serialization=True);"
                        + " t.AutoTokenizer.from_pretrained(\"owner/name\").save_pretrained(\"name\")', and give the folder name",
                refused(hub()));
        assertEquals(
                List.of(
                        "GET " + path(REPOSITORY, "main", "config.json"),
                        "GET /api/models/owner/name/revision/" + FakeHub.COMMIT),
                server.downloads().stream().map(FakeHub.Call::request).toList());
    }

    @Test
    void anAdapterIsCalledOne() throws IOException {
        server.close();
        server = listed(
                new FakeHub()
                        .with(
                                REPOSITORY,
                                "adapter_config.json",
                                "{\"base_model_name_or_path\": \"a/b\"}".getBytes(UTF_8)),
                "adapter_config.json",
                "adapter_model.safetensors");

        String refused = refused(hub());
        assertTrue(refused.startsWith("owner/name: found a PEFT adapter (adapter_config.json) for a/b,"), refused);
    }

    @Test
    void aModelOfAnotherTypeIsRefusedBeforeItsWeightsCome() throws IOException {
        server.close();
        server = new FakeHub()
                .with(REPOSITORY, "config.json", "{\"model_type\": \"bert\"}".getBytes(UTF_8))
                .withLarge(REPOSITORY, WEIGHTS, TENSORS);

        assertEquals(
                "owner/name: config.json: model_type: found bert, expected modernbert; take a ModernBERT checkpoint",
                refused(hub()));
        assertRanges();
    }

    @Test
    void aRefWithALineFeedIsRead() throws IOException {
        Path folder = download();
        Files.writeString(root().resolve("refs").resolve("main"), FakeHub.COMMIT + "\n");

        assertEquals(folder, hub("HF_HUB_OFFLINE", "1").model(MODEL, HubFiles.ALL));
    }

    @Test
    void progressIsNotToldWhereItIsSwitchedOff() {
        hub("HF_HUB_DISABLE_PROGRESS_BARS", "1").model(MODEL, HubFiles.ALL);

        assertEquals(List.of(), done);
    }

    @Test
    @Timeout(60)
    void theTimeoutOfTheEnvironmentIsUsed() throws IOException {
        long silence = Duration.ofMinutes(10).toMillis();
        server.next(GET_WEIGHTS, server.silentAfter(1000, silence));
        RetryPolicy policy =
                new RetryPolicy(2, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofMillis(silence), waits::add);
        Map<String, String> environment = Map.of(
                "HF_HUB_CACHE", cache().toString(),
                "HF_ENDPOINT", server.endpoint().toString(),
                "HF_HUB_DOWNLOAD_TIMEOUT", "1");

        assertWhole(new Hub(HubSettings.of(environment), listener(), policy, Disk.REAL).model(MODEL, HubFiles.ALL));
    }

    @Test
    void waitsAsLongAsTheServerSays() throws IOException {
        String soon = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().minusSeconds(9).atZone(ZoneOffset.UTC));
        server.next(
                        HEAD_CONFIG,
                        status(429, "Retry-After", "7"),
                        status(429, "Retry-After", "86400"),
                        status(503, "Retry-After", soon),
                        status(500, "Retry-After", "soon"))
                .next(GET_WEIGHTS, status(429, "Retry-After", "2"));

        assertWhole(download());
        assertEquals(
                List.of(
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(60),
                        Duration.ZERO,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2)),
                waits);
        assertEquals("owner/name: config.json: HTTP 429; once more in 7 s", notes.get(0));
    }

    @Test
    void aServerThatStaysBusyIsOneLine() {
        FakeHub.Answer[] busy = new FakeHub.Answer[5];
        Arrays.fill(busy, status(503));
        server.next(HEAD_CONFIG, busy);

        assertEquals(
                "owner/name: neither a folder nor in " + cache()
                        + ", and cannot be downloaded (HTTP 503); put config.json, tokenizer.json and model.safetensors from "
                        + server.endpoint() + "/owner/name/tree/main into " + Path.of("models", "owner", "name")
                        + " and give that folder",
                refused(hub()));
        assertEquals(4, waits.size());
    }

    @Test
    void aSlowServerIsWaitedFor() throws IOException {
        server.next("GET " + path(REPOSITORY, "main", "config.json"), server.slowly(40));

        assertWhole(download());
        assertEquals(List.of(), notes);
    }

    @Test
    void aSilentServerIsAskedAgain() throws IOException {
        server.next(GET_WEIGHTS, server.silentAfter(100_000, 10_000));

        assertWhole(download());
        assertRanges("null", 100_000);
        assertEquals("owner/name: model.safetensors: no answer in time; once more in 1 s", notes.get(0));
    }

    /** Holds so many bytes in all. */
    private static Disk diskOf(long room) {
        return new Disk() {
            private long left = room;

            @Override
            OutputStream append(Path file) throws IOException {
                return new FilterOutputStream(Disk.REAL.append(file)) {
                    @Override
                    public void write(byte[] bytes, int offset, int count) throws IOException {
                        int fits = (int) Math.min(left, count);
                        out.write(bytes, offset, fits);
                        left -= fits;
                        if (fits < count) {
                            throw new IOException("No space left on device");
                        }
                    }
                };
            }
        };
    }

    @Test
    void aFullDiskIsOneLineAndWhatHasComeIsKept() throws IOException {
        int small = CONFIG.length + TOKENIZER.length;

        assertEquals(
                partialOfWeights() + ": cannot be written (No space left on device) after 123456 of 300000 bytes;"
                        + " make room and give the same command again, it goes on from there",
                refused(hub(diskOf(small + 123_456), 5)));

        assertEquals(123_456, Files.size(partialOfWeights()));
        assertEquals(List.of(), waits);
        assertWhole(download());
        assertEquals(List.of("null", "bytes=123456-"), ranges());
    }

    @Test
    void aDeviceThatIsFullIsOneLine() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        Disk device = new Disk() {
            @Override
            OutputStream append(Path file) throws IOException {
                return Files.newOutputStream(full);
            }
        };

        assertTrue(refused(hub(device, 5)).contains(": cannot be written (No space left on device) after 0 of "));
    }

    @Test
    void aFileSystemWithoutLinksHoldsTheFilesThemselves() throws IOException {
        Disk withoutLinks = new Disk() {
            @Override
            void link(Path link, Path target) {
                throw new UnsupportedOperationException("no links");
            }
        };

        Path folder = hub(withoutLinks, 5).model(MODEL, HubFiles.ALL);

        assertWhole(folder);
        assertFalse(Files.isSymbolicLink(folder.resolve(WEIGHTS)));
        assertEquals(folder, hub(withoutLinks, 5).model(MODEL, HubFiles.ALL));
        assertEquals(3, server.downloads().size());
    }

    @Test
    void aLinkToABlobThatWasDeletedIsMadeAnew() throws IOException {
        Path folder = download();
        Files.delete(blobOfWeights());

        assertWhole(hub().model(MODEL, HubFiles.ALL));
        assertTrue(Files.isSymbolicLink(folder.resolve(WEIGHTS)));
    }

    @Test
    void aBlobThatIsThereIsNotDownloaded() throws IOException {
        Files.createDirectories(blobOfWeights().getParent());
        Files.write(blobOfWeights(), TENSORS);

        assertWhole(download());
        assertEquals(2, server.downloads().size());
    }

    @Test
    void threadsAndProcessesDownloadAFileOnce() throws Exception {
        server.next(GET_WEIGHTS, server.silentAfter(300_000, 0), server.silentAfter(300_000, 0));
        server.next("GET " + path(REPOSITORY, "main", "config.json"), server.slowly(60));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                processes.add(SecondProcess.start(REPOSITORY, server, cache()));
            }
            while (server.downloads().isEmpty()) {
                Thread.sleep(10); // one of the processes downloads now, and holds the lock
            }
            List<Future<Path>> folders = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                folders.add(threads.submit(this::download));
            }
            for (Future<Path> folder : folders) {
                assertWhole(folder.get());
            }
            for (Process process : processes) {
                String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
                assertEquals(0, process.waitFor(), printed);
                assertEquals(folders.get(0).get().toString(), printed.strip());
            }
        } finally {
            threads.shutdownNow();
            processes.forEach(Process::destroy);
        }
        assertEquals(3, server.downloads().size(), server.downloads().toString());
        assertTrue(
                notes.contains("owner/name: config.json: waiting for another process that downloads it"),
                notes.toString());
    }

    @Test
    void offlineTakesWhatIsCached() {
        Path folder = download();
        server.forgetCalls();

        assertEquals(folder, hub("HF_HUB_OFFLINE", "1").model(MODEL, HubFiles.ALL));
        assertEquals(List.of(), server.calls());
    }

    @Test
    void offlineWithoutACacheSaysWhatToPutWhere() {
        hub().model(MODEL, HubFiles.TOKENIZER);
        server.forgetCalls();

        assertEquals(
                "owner/name: neither a folder nor in " + cache()
                        + ", and cannot be downloaded (HF_HUB_OFFLINE is set); put config.json, tokenizer.json and"
                        + " model.safetensors from " + server.endpoint() + "/owner/name/tree/main into "
                        + Path.of("models", "owner", "name") + " and give that folder",
                refused(hub("HF_HUB_OFFLINE", "1")));
        assertTrue(refused(hub("TRANSFORMERS_OFFLINE", "1")).contains("(TRANSFORMERS_OFFLINE is set)"));
        assertEquals(List.of(), server.calls());
    }

    @Test
    void withoutANetworkTheLastDownloadIsTaken() {
        Path folder = download();
        server.close();

        assertEquals(folder, download());
        assertEquals(
                List.of("owner/name: cannot be asked for (no connection to " + server.endpoint()
                        + "/); taken as it was last downloaded, from " + folder),
                notes);
    }

    @Test
    void withoutANetworkAndACacheOneLineSaysWhatToPutWhere() {
        server.close();

        String message = refused(hub());
        assertTrue(message.contains("(no connection to " + server.endpoint() + "/); put config.json,"), message);
        assertEquals(List.of(), waits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ETag", "X-Repo-Commit"})
    void namesThatWouldLeaveTheCacheAreRefused(String header) {
        server.next(HEAD_CONFIG, exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"abc\"");
            exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
            exchange.getResponseHeaders().set(header, "../../../x");
            exchange.sendResponseHeaders(200, -1);
        });

        assertEquals(
                "owner/name: config.json: " + server.endpoint() + " answers with no " + header
                        + ", as no Hub does; check that HF_ENDPOINT is the address of one",
                refused(hub()));
        assertFalse(Files.exists(cache()));
    }
}
