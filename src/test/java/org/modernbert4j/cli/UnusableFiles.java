package org.modernbert4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.safetensors.BrokenNumbers;

/** The files that {@code messages.txt} is about, in one folder. */
record UnusableFiles(Path folder) {
    private static final String TABLE = "topic,text\na,x\nb,y\na,z\nb,w\n";
    private static final int WEIGHTS_BYTES_CUT = 100;
    private static final String TENSOR = "model.layers.1.mlp.Wi.weight";
    private static final String EMBEDDING_TENSOR = "model.embeddings.tok_embeddings.weight";
    private static final int EMBEDDING = 320 * 16;

    /** More levels than calls fit into a stack. */
    private static final int DEEP = 100_000;

    static UnusableFiles in(Path folder) throws IOException {
        UnusableFiles files = new UnusableFiles(folder);
        files.makeKinds();
        files.makeTables();
        files.makeModels();
        files.makeSentenceModels();
        files.makeJson();
        files.makeWeights();
        files.makeNumbers();
        files.makeRuns();
        files.makeConfigurations();
        return files;
    }

    /** A line of the table with the names of these files. */
    String filledIn(String line) {
        return line.replace("{t}", folder.toString())
                .replace("{model}", TinyCheckpoint.MODEL.toString())
                .replace("{data}", TinyCheckpoint.DATA.toString());
    }

    /** The arguments of a command; {@code dry} becomes a dry run of {@code train}, and {@code run} a short run. */
    Object[] arguments(List<String> command) {
        List<Object> arguments = new ArrayList<>(List.of("--verbose"));
        boolean dry = command.get(0).equals("dry");
        if (!dry && !command.get(0).equals("run")) {
            command.forEach(argument -> arguments.add(argument.equals("''") ? "" : argument));
            return arguments.toArray();
        }
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("--model", TinyCheckpoint.MODEL);
        options.put("--data", TinyCheckpoint.DATA);
        options.put("--label", "topic");
        options.put("--max-length", 32);
        options.put("--validation", 0.5);
        if (!dry) {
            options.put("--epochs", 1);
            options.put("--output", folder.resolve("new-run"));
        }
        for (int i = 1; i < command.size(); i += 2) {
            options.put(command.get(i), command.get(i + 1));
        }
        arguments.addAll(dry ? List.of("train", "--dry-run") : List.of("train"));
        options.forEach((name, value) -> arguments.addAll(List.of(name, value)));
        return arguments.toArray();
    }

    private void makeKinds() throws IOException {
        for (String name : List.of("runs/demo", "runs/news", "empty", "folder.npy")) {
            Files.createDirectories(folder.resolve(name));
        }
        write("plain.csv", TABLE.getBytes(UTF_8));
        write("utf16.csv", TABLE.getBytes(StandardCharsets.UTF_16));
        write("utf16le.csv", TABLE.getBytes(StandardCharsets.UTF_16LE));
        write("utf16be.csv", TABLE.getBytes(StandardCharsets.UTF_16BE));
        write("cp1251.csv", "topic,text\nа,б\n".getBytes(Charset.forName("windows-1251")));
        write("excel.csv", zip("[Content_Types].xml", "xl/workbook.xml"));
        write("old-excel.csv", HexFormat.of().parseHex("d0cf11e0a1b11ae10000"));
        write("parquet.csv", HexFormat.of().parseHex("504152311504150050415231"));
        write("parquet-text.csv", "PAR1 and more".getBytes(UTF_8));
        write("par1.csv", "PAR1,topic,id\na,b,c\n".getBytes(UTF_8));
        write("page.csv", "\n<!DOCTYPE html>\n<html></html>".getBytes(UTF_8));
        write("json.csv", "[{\"topic\": \"a\", \"text\": \"x\"}]\n".getBytes(UTF_8));
        write("lines.csv", "{\"topic\": \"a\", \"text\": \"x\"}\n{\"text\": {}}\n".getBytes(UTF_8));
        write("broken.jsonl", "{\"topic\": \"a\", \"text\": \"x\"}\n{\"text\": \n".getBytes(UTF_8));
        write("empty.jsonl", "\n".getBytes(UTF_8));
        write("two.zip", zip("a.csv", "b.csv"));
        write("none.zip", zip("a.txt"));
        byte[] zip = zip("a.csv");
        write("cut.zip", Arrays.copyOf(zip, zip.length / 2));
        write("secret.zip", inDirectory(zip, 8, 1));
        write("method.zip", inDirectory(zip, 10, 9));
        byte[] packed = gzip(TABLE.getBytes(UTF_8));
        write("packed.gz", packed);
        write("cut.gz", Arrays.copyOf(packed, packed.length - 12));
        write("twice.gz", gzip(packed));
        write("bomb.gz", gzip((TABLE + "a,x\n".repeat(1 << 20)).getBytes(UTF_8)));
    }

    private void makeTables() throws IOException {
        write("empty.csv", new byte[0]);
        write("blank.csv", "\n".repeat(100_001).getBytes(UTF_8));
        write("header.csv", "topic,text\n".getBytes(UTF_8));
        write("wide.csv", ("column,".repeat(999_999) + "last\n").getBytes(UTF_8));
        write("long-row.csv", "topic,text\na,x\nb,y,z\n".getBytes(UTF_8));
        write("quote.csv", "topic,text\na,x\nb,\"y\n".getBytes(UTF_8));
        write(
                "endless.csv",
                ("topic,text\na,x\nb,\"" + "y".repeat(1 << 12).concat("\n").repeat(1 << 13)).getBytes(UTF_8));
        write("escape.csv", "topic,text\na,x\nb,y\\".getBytes(UTF_8));
        write("missing.csv", "topic,text\n,x\n".getBytes(UTF_8));
        write("one-each.csv", "topic,text\na,x\nb,y\n".getBytes(UTF_8));
        write("few.csv", "topic,text\na,x\nb,y\na,z\nb,w\n".getBytes(UTF_8));
        write("three.csv", "topic,text\na,x\nb,y\na,z\nb,w\nc,v\n".getBytes(UTF_8));
        write("only-c.csv", "topic,text\nc,y\n".getBytes(UTF_8));
        write("alike.csv", "topic,text\na,x\na,y\na,z\na,w\n".getBytes(UTF_8));
        write("no-text.csv", "topic,text\na,\n".getBytes(UTF_8));
        write("schedule.txt", "1: head\n1: all\n".getBytes(UTF_8));
    }

    private void makeModels() throws IOException {
        write("broken-json/config.json", "{ ]".getBytes(UTF_8));
        write("cut-json/config.json", "{\"a\": 1".getBytes(UTF_8));
        write("latin-json/config.json", new byte[] {'{', (byte) 0xE9, '}'});
        Files.createDirectories(folder.resolve("folder-json/config.json"));
        Files.delete(model("no-weights").resolve("model.safetensors"));
        Path torch = model("torch-weights");
        Files.move(torch.resolve("model.safetensors"), torch.resolve("pytorch_model.bin"));
        Files.writeString(
                model("pointer").resolve("model.safetensors"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n");
        write("pointer-json/config.json", "version https://git-lfs.github.com/spec/v1\n".getBytes(UTF_8));
        Path noClass = model("no-class");
        Path classifier = Path.of("src", "test", "resources", "checkpoints", "mean-of-three");
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.write(noClass.resolve(file), Files.readAllBytes(classifier.resolve(file)));
        }
        configure(noClass, "architectures", "[\"Other\"]");
        write("adapter/adapter_config.json", "{\"base_model_name_or_path\": \"owner/base\"}".getBytes(UTF_8));
        Path weights = model("cut-weights").resolve("model.safetensors");
        byte[] sound = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(sound, sound.length - WEIGHTS_BYTES_CUT));
        byte[] lying = sound.clone();
        ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 60);
        Files.write(model("lying-weights").resolve("model.safetensors"), lying);
        Path inTheWay = model("folder-weights").resolve("model.safetensors");
        Files.delete(inTheWay);
        Files.createDirectory(inTheWay);
        index("no-shard", "{\"weight_map\": {\"x\": \"a.safetensors\"}}");
        index("index-of-none", "{}");
        index("index-half", "{\"weight_map\": {\"x\": \"\\ud800\"}}");
        index("index-outside", "{\"weight_map\": {\"x\": \"../a\"}}");
        Files.write(
                index("wrong-index", "{\"weight_map\": {\"x\": \"a.safetensors\"}}")
                        .resolve("a.safetensors"),
                sound);
        Path twice = index("twice-index", "{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}}");
        Files.write(twice.resolve("a.safetensors"), sound);
        Files.write(twice.resolve("b.safetensors"), sound);
        Files.writeString(model("sums").resolve("SHA256SUMS"), "0".repeat(64) + "  config.json\n");
        Files.writeString(model("bad-sums").resolve("SHA256SUMS"), "nonsense\n");
        Files.writeString(model("empty-sums").resolve("SHA256SUMS"), "");
        Files.writeString(model("sums-of-none").resolve("SHA256SUMS"), "0".repeat(64) + "  absent\n");
        Files.delete(model("no-tokenizer").resolve("tokenizer.json"));
        Path vocabularyOnly = model("vocabulary-only");
        Files.move(vocabularyOnly.resolve("tokenizer.json"), vocabularyOnly.resolve("vocab.txt"));
        Path oddModel = model("odd-model").resolve("tokenizer.json");
        Files.writeString(oddModel, Files.readString(oddModel).replace("\"BPE\"", "\"Odd\""));
        Files.writeString(model("split-special").resolve("tokenizer_config.json"), "{\"split_special_tokens\": true}");
        Files.writeString(
                model("no-ids").resolve("tokenizer_config.json"),
                "{\"added_tokens_decoder\": {\"first\": {\"content\": \"<a>\"}}}");
    }

    /** Models of sentence-transformers that need what we do not have. */
    private void makeSentenceModels() throws IOException {
        sentence("sentence-one", "", "Transformer");
        sentence("sentence-dense", "", "Transformer", "Pooling", "Dense");
        sentence("sentence-outside", "../model", "Transformer", "Pooling");
        Path max = sentence("sentence-max", "", "Transformer", "Pooling").resolve("1_Pooling");
        Files.writeString(Files.createDirectory(max).resolve("config.json"), "{\"pooling_mode\": \"max\"}");
        Path prompted = sentence("sentence-prompt", "", "Transformer", "Pooling");
        Files.writeString(
                prompted.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {\"a\": \"b\"}, \"default_prompt_name\": \"a\"}");
        Files.writeString(
                Files.createDirectory(prompted.resolve("1_Pooling")).resolve("config.json"),
                "{\"include_prompt\": false}");
    }

    private Path sentence(String name, String transformer, String... kinds) throws IOException {
        List<String> modules = new ArrayList<>();
        for (int i = 0; i < kinds.length; i++) {
            modules.add("{\"path\": \"%s\", \"type\": \"sentence_transformers.models.%s\"}"
                    .formatted(i == 0 ? transformer : i + "_" + kinds[i], kinds[i]));
        }
        return Files.writeString(model(name).resolve("modules.json"), modules.toString())
                .getParent();
    }

    /** Models with one JSON file that cannot be used. */
    private void makeJson() throws IOException {
        String[][] configurations = {
            {"json-array", "[]"},
            {"json-twice", "{\"a\": 1, \"a\": 2}"},
            {"json-more", "{} {}"},
            {"json-text", "{\"model_type\": \"modernbert\", \"hidden_size\": \"x\"}"},
            {"json-half", "{\"model_type\": \"modernbert\", \"hidden_size\": 1.5}"},
            {"json-types", "{\"model_type\": \"modernbert\", \"layer_types\": {}}"}
        };
        for (String[] one : configurations) {
            write(one[0] + "/config.json", one[1].getBytes(UTF_8));
        }
        String deep = "{\"a\": " + "[".repeat(DEEP) + "]".repeat(DEEP) + "}";
        write("deep-json/config.json", deep.getBytes(UTF_8));
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "head.json")) {
            Files.writeString(model("deep-" + name).resolve(name), deep);
        }
        write("deep-run/run.json", deep.getBytes(UTF_8));
        index("deep-index", deep);
        Files.writeString(
                model("head-name").resolve("head.json"), "{\"head\": \"mlm\", \"dropout\": 0.3, \"maxLength\": 8}");
        Files.writeString(
                model("head-number").resolve("head.json"), "{\"head\": \"cls\", \"dropout\": 1e999, \"maxLength\": 8}");
    }

    /** Models whose weights have a header that cannot be used. */
    private void makeWeights() throws IOException {
        Files.write(model("weights-empty").resolve("model.safetensors"), new byte[3]);
        weights("weights-long", 1000, "{}");
        weights("weights-text", 2, "xx");
        weights("weights-latin", 4, "{\"\u00E9\"}".getBytes(StandardCharsets.ISO_8859_1));
        weights("weights-offsets", "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0]}}");
        weights("weights-type", "{\"a\": {\"dtype\": \"X9\", \"shape\": [1], \"data_offsets\": [0, 4]}}");
        weights("weights-shape", "{\"a\": {\"dtype\": \"F32\", \"shape\": [9], \"data_offsets\": [0, 4]}}");
        weights("weights-more", "{}", 7);
        weights("weights-deep", "{\"a\": " + "[".repeat(DEEP) + "]".repeat(DEEP) + "}");
    }

    /** Models with sound files and numbers that cannot be used. */
    private void makeNumbers() throws IOException {
        BrokenNumbers.put(model("not-finite").resolve("model.safetensors"), TENSOR, 3, Float.NaN);
        float[] tooLarge = new float[EMBEDDING];
        Arrays.fill(tooLarge, 3e38f);
        BrokenNumbers.put(model("huge").resolve("model.safetensors"), EMBEDDING_TENSOR, 0, tooLarge);
        Path tokenizer = model("no-tokens").resolve("tokenizer.json");
        JsonObject json = JsonParser.parseString(Files.readString(tokenizer)).getAsJsonObject();
        json.add("post_processor", JsonNull.INSTANCE);
        json.add(
                "normalizer",
                JsonParser.parseString("{\"type\": \"Replace\", \"pattern\": {\"String\": \"x\"}, \"content\": \"\"}"));
        Files.writeString(tokenizer, json.toString());
        write("xs.txt", "y\nx\n".getBytes(UTF_8));
        write("comment.txt", "# nothing\n".getBytes(UTF_8));
        write("second.txt", "2: head\n".getBytes(UTF_8));
        write("unknown.txt", "1: haed\n".getBytes(UTF_8));
        write("unknown-later.txt", "1: head\n# later\n2: nope\n4: neither\n".getBytes(UTF_8));
        write("nothing.txt", "1: none\n".getBytes(UTF_8));
        Path noMask = model("no-mask").resolve("tokenizer_config.json");
        Files.writeString(noMask, "{}");
        Path ofNoMask = noMask.resolveSibling("tokenizer.json");
        Files.writeString(ofNoMask, Files.readString(ofNoMask).replace("[MASK]", "<mask>"));
        write("xs.csv", "topic,text\na,x\nb,x\na,x\nb,x\n".getBytes(UTF_8));
        write("dangling.csv", "topic,text\na,x\n".getBytes(UTF_8));
    }

    /** A run, and what may become of one. */
    private void makeRuns() throws IOException {
        Path run = folder.resolve("run");
        Console trained = Console.run(arguments(List.of("run", "--output", run.toString())));
        if (trained.code() != 0) {
            throw new IOException(trained.err());
        }
        Path early = copy(run, "early");
        delete(early.resolve("best"));
        Path earlier = copy(early, "earlier");
        delete(RunFolder.lastCheckpoint(earlier));
        write("theirs/notes.txt", new byte[1]);
        write("in-the-way/report.html/x", new byte[1]);
        Files.copy(run.resolve("run.json"), folder.resolve("in-the-way").resolve("run.json"));
        Path noLabels = copy(run.resolve("best"), "no-labels");
        Files.delete(noLabels.resolve("SHA256SUMS"));
        Files.copy(
                TinyCheckpoint.MODEL.resolve("config.json"),
                noLabels.resolve("config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Path fewer = copy(run.resolve("best"), "fewer-labels");
        Files.delete(fewer.resolve("SHA256SUMS"));
        configure(fewer, "id2label", "{\"0\": \"a\", \"1\": \"b\"}");
        Path noHead = copy(run.resolve("best"), "no-head");
        Files.delete(noHead.resolve("SHA256SUMS"));
        Files.copy(
                TinyCheckpoint.MODEL.resolve("model.safetensors"),
                noHead.resolve("model.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        Path noHeadJson = copy(run.resolve("best"), "no-head-json");
        Files.delete(noHeadJson.resolve("SHA256SUMS"));
        Files.delete(noHeadJson.resolve("head.json"));
        Path settings = copy(run, "edited").resolve("run.json");
        Files.writeString(
                settings,
                Files.readString(settings).replaceFirst("\"learning_rate\": [^,]*", "\"learning_rate\": 0.5"));
        Path misspelt = copy(run, "misspelt").resolve("run.json");
        Files.writeString(
                misspelt,
                Files.readString(misspelt)
                        .replaceFirst("\"learning_rate\": ", "\"learning_rte\": 3,\n    \"learning_rate\": "));
        Path state = RunFolder.lastCheckpoint(copy(run, "renamed"));
        Files.delete(state.resolve("SHA256SUMS"));
        Files.move(state, state.resolveSibling("checkpoint-3"));
        Files.writeString(RunFolder.lastCheckpoint(copy(run, "damaged")).resolve("config.json"), "{}");
        Path sums = RunFolder.lastCheckpoint(copy(run, "unlisted")).resolve("SHA256SUMS");
        Files.write(
                sums,
                Files.readAllLines(sums).stream()
                        .filter(line -> line.endsWith("config.json"))
                        .filter(line -> !line.contains("tokenizer"))
                        .toList());
        Path impossible = copy(run, "impossible");
        copy(RunFolder.lastCheckpoint(impossible), "impossible/checkpoint-99999999999");
        Path task = copy(run, "task").resolve("run.json");
        Files.writeString(task, Files.readString(task).replaceFirst("\"task\": \"[^\"]*\"", "\"task\": \"dancing\""));
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = folder.resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
        return to;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Models with one field of {@code config.json} that cannot be used. */
    private void makeConfigurations() throws IOException {
        String[][] fields = {
            {"model_type", "\"bert\""},
            {"head_dim", "3"},
            {"layer_types", "[\"full_attention\", \"full_attention\", \"full_attention\", \"full_attention\"]"},
            {"rope_scaling", "{\"factor\": 2}"},
            {"hidden_activation", "\"relu\""},
            {"norm_eps", "0"},
            {"num_hidden_layers", "0"},
            {"embedding_dropout", "0.1"},
            {"num_labels", "2000000"},
            {"id2label", "{\"first\": \"a\"}"},
            {"classifier_activation", "\"gelu_new\""},
            {"rope_parameters", "{\"full_attention\": {\"rope_theta\": 7}}"},
        };
        for (String[] field : fields) {
            configure(model("config-" + field[0]), field[0], field[1]);
        }
        configure(model("tokens"), "architectures", "[\"ModernBertForTokenClassification\"]");
    }

    private static void configure(Path model, String field, String value) throws IOException {
        Path config = model.resolve("config.json");
        JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
        json.add(field, JsonParser.parseString(value));
        Files.writeString(config, json.toString());
    }

    private void weights(String name, String header, int... more) throws IOException {
        byte[] data = new byte[more.length];
        weights(name, header.length(), (header + new String(data, UTF_8)).getBytes(UTF_8));
    }

    private void weights(String name, int length, String header) throws IOException {
        weights(name, length, header.getBytes(UTF_8));
    }

    private void weights(String name, int length, byte[] header) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                model(name).resolve("model.safetensors"),
                bytes.putLong(length).put(header).array());
    }

    private Path model(String name) {
        return TinyCheckpoint.copyTo(folder.resolve(name));
    }

    /** A model whose weights are in the files that an index names. */
    private Path index(String name, String json) throws IOException {
        Path model = model(name);
        Files.delete(model.resolve("model.safetensors"));
        Files.writeString(model.resolve("model.safetensors.index.json"), json);
        return model;
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(String... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream packed = new ZipOutputStream(bytes)) {
            for (String entry : entries) {
                packed.putNextEntry(new ZipEntry(entry));
                packed.write(TABLE.getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    /** A zip file with another byte in the first entry of its directory. */
    private static byte[] inDirectory(byte[] zip, int offset, int value) {
        byte[] changed = zip.clone();
        int at = 0;
        while (changed[at] != 'P' || changed[at + 1] != 'K' || changed[at + 2] != 1 || changed[at + 3] != 2) {
            at++;
        }
        changed[at + offset] |= (byte) value;
        if (offset == 10) {
            changed[at + offset] = (byte) value;
        }
        return changed;
    }
}
