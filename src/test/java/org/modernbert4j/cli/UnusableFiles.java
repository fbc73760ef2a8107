package org.modernbert4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.modernbert4j.TinyCheckpoint;

/** The files that {@code messages.txt} is about, in one folder. */
record UnusableFiles(Path folder) {
    private static final String TABLE = "topic,text\na,x\nb,y\na,z\nb,w\n";
    private static final int WEIGHTS_BYTES_CUT = 100;

    static UnusableFiles in(Path folder) throws IOException {
        UnusableFiles files = new UnusableFiles(folder);
        files.makeKinds();
        files.makeTables();
        files.makeModels();
        files.makeJson();
        files.makeWeights();
        return files;
    }

    /** A line of the table with the names of these files. */
    String filledIn(String line) {
        return line.replace("{t}", folder.toString())
                .replace("{model}", TinyCheckpoint.MODEL.toString())
                .replace("{data}", TinyCheckpoint.DATA.toString());
    }

    /** The arguments of a command; {@code dry} becomes a dry run of {@code train}. */
    Object[] arguments(List<String> command) {
        List<Object> arguments = new ArrayList<>(List.of("--verbose"));
        if (!command.get(0).equals("dry")) {
            arguments.addAll(command);
            return arguments.toArray();
        }
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("--model", TinyCheckpoint.MODEL);
        options.put("--data", TinyCheckpoint.DATA);
        options.put("--label", "topic");
        options.put("--max-length", 32);
        options.put("--validation", 0.5);
        for (int i = 1; i < command.size(); i += 2) {
            options.put(command.get(i), command.get(i + 1));
        }
        arguments.addAll(List.of("train", "--dry-run"));
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
        write("page.csv", "\n<!DOCTYPE html>\n<html></html>".getBytes(UTF_8));
        write("json.csv", "{\"topic\": \"a\", \"text\": \"x\"}\n".getBytes(UTF_8));
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
        write("space.csv", "topic,text\na,x\nb, \n".getBytes(UTF_8));
        write("missing.csv", "topic,text\n,x\n".getBytes(UTF_8));
        write("one-each.csv", "topic,text\na,x\nb,y\n".getBytes(UTF_8));
        write("few.csv", "topic,text\na,x\nb,y\na,z\nb,w\n".getBytes(UTF_8));
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
        Files.writeString(model("sums-of-none").resolve("SHA256SUMS"), "0".repeat(64) + "  absent\n");
        Files.delete(model("no-tokenizer").resolve("tokenizer.json"));
        Path noPad = model("no-pad");
        Files.writeString(noPad.resolve("tokenizer_config.json"), "{\"pad_token\": \"<none>\"}");
        Path tokenizer = noPad.resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("[PAD]", "<filler>"));
        Path config = noPad.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\"pad_token_id\": \\d+", "\"pad_token_id\": null"));
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
