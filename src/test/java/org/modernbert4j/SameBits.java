package org.modernbert4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.cli.Main;

/**
 * Makes a network, pre-trains it, fine-tunes it, and encodes texts with it, again and again with one thread and with two, and prints the
 * hash of every file that a command leaves, but for those that hold dates or speeds.
 */
final class SameBits {
    private static final List<String> RESULTS =
            List.of(".safetensors", "tuned/metrics.csv", "lstm/metrics.csv", "predictions.csv", "tokenizer.json");

    private final Path folder;

    private SameBits(Path folder) {
        this.folder = folder;
    }

    /**
     * Prints lines of file and hash.
     *
     * @param arguments folder to work in, how often, then the numbers of threads in the order in which they come
     */
    public static void main(String[] arguments) throws IOException {
        for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
            for (String threads : List.of(arguments).subList(2, arguments.length)) {
                Path folder = Files.createDirectories(Path.of(arguments[0], round + "-" + threads));
                new SameBits(folder).work(threads);
            }
        }
        System.exit(0);
    }

    private void work(String threads) throws IOException {
        String data = TinyCheckpoint.DATA.toString();
        run(
                threads,
                "init",
                "--data",
                data,
                "--output",
                at("random"),
                "--vocabulary",
                "280",
                "--hidden",
                "96",
                "--heads",
                "2",
                "--intermediate",
                "72",
                "--layers",
                "2",
                "--max-positions",
                "128");
        run(
                threads,
                "pretrain",
                "--model",
                at("random"),
                "--data",
                data,
                "--output",
                at("pretrained"),
                "--steps",
                "4",
                "--batch-size",
                "4",
                "--length",
                "96",
                "--learning-rate",
                "1e-3",
                "--lr-schedule",
                "cosine");
        train(
                threads,
                at("tuned"),
                "--head",
                "published",
                "--epochs",
                "1",
                "--accumulation",
                "2",
                "--max-length",
                "48",
                "--dropout",
                "0.1",
                "--max-grad-norm",
                "0.5",
                "--layer-decay",
                "0.9",
                "--learning-rate",
                "1e-3");
        train(threads, at("lstm"), "--head", "lstm", "--epochs", "1", "--max-length", "12", "--freeze", "layers.0");
        run(
                threads,
                "encode",
                "--model",
                at("tuned"),
                "--data",
                data,
                "--text",
                "text",
                "--output",
                at("rows.safetensors"),
                "--pooling",
                "none");
        print();
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private void train(String threads, String output, String... options) {
        List<String> all = new ArrayList<>(List.of("train", "--model", at("pretrained/model"), "--output", output));
        all.addAll(List.of("--data", TinyCheckpoint.DATA.toString(), "--label", "topic"));
        all.addAll(List.of(options));
        run(threads, all.toArray(new String[0]));
    }

    private static void run(String threads, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--threads", threads));
        int code = Main.run(all.toArray(new String[0]));
        if (code != 0) {
            throw new IllegalStateException(all + " ended with " + code);
        }
    }

    private void print() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> RESULTS.stream().anyMatch(file.toString()::endsWith))
                    .sorted()
                    .forEach(file ->
                            System.out.println("hash " + folder.relativize(file) + " " + FileHash.sha256(file)));
        }
    }
}
