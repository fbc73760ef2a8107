package org.modernbert4j.cli;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.Numbers;
import org.modernbert4j.OutputFolder;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.data.ColumnGuess;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.EncoderConfig;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.tokenizer.BpeTrainer;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.tokenizer.SpecialTokens;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code init}: a checkpoint with random weights and a tokenizer, learnt from texts or taken from another. */
@Command(
        name = "init",
        description = "Makes a checkpoint with random weights and a tokenizer, learnt from texts or copied.",
        footer = {
            "modernbert4j init --data experiments/data/news-sample.csv --output \\",
            "    runs/new",
            "modernbert4j init --tokenizer weights/modernbert-mini-ru --layers 2 \\",
            "    --hidden 64 --output runs/small"
        })
final class InitCommand extends BaseCommand {
    private static final int MOST_VOCABULARY = 10_000_000;

    @ArgGroup(multiplicity = "1")
    private TokenizerSource source;

    /** Where the tokenizer comes from. */
    private static final class TokenizerSource {
        @Option(
                names = "--data",
                paramLabel = "FILE|URL",
                split = ",",
                description =
                        "Files of texts to learn a tokenizer from, or their web addresses, comma-separated: .txt, or tables:"
                                + " CSV, TSV, JSON lines or Parquet, also gzipped or zipped.")
        private List<DataLocation> data;

        @Option(
                names = "--tokenizer",
                paramLabel = "DIR",
                description = "Folder with a tokenizer.json, which is copied; its tokens are the vocabulary then.")
        private Path tokenizer;
    }

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "Column of the texts in tables (${DEFAULT-VALUE}, or the only one that fits).")
    private String column = "text";

    @Mixin
    private CsvOptions csv = new CsvOptions();

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder of the checkpoint.")
    private Path output;

    @Option(names = "--vocabulary", paramLabel = "N", description = "Tokens to learn (${DEFAULT-VALUE}).")
    private int vocabulary = 4096;

    @Option(names = "--hidden", paramLabel = "N", description = "Width (${DEFAULT-VALUE}).")
    private int hidden = 128;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads (${DEFAULT-VALUE}).")
    private int heads = 4;

    @Option(
            names = "--intermediate",
            paramLabel = "N",
            description = "Width of the feed-forward block (${DEFAULT-VALUE}).")
    private int intermediate = 192;

    @Option(
            names = "--layers",
            paramLabel = "N",
            description = "Layers, every third of them global (${DEFAULT-VALUE}).")
    private int layers = 4;

    @Option(
            names = "--local-attention",
            paramLabel = "N",
            description = "Window of the other layers (${DEFAULT-VALUE}).")
    private int localAttention = 64;

    @Option(names = "--max-positions", paramLabel = "N", description = "Most tokens of a text (${DEFAULT-VALUE}).")
    private int maxPositions = 1024;

    @Option(names = "--seed", paramLabel = "N", description = "Of the weights (${DEFAULT-VALUE}).")
    private long seed = 42;

    /** The model, once its weights are written. */
    private Architecture made;

    @Override
    public Integer call() {
        check(csv::format);
        long bytes = requireSizes();
        AtomicFolder.requireAbsent(output);
        if (source.tokenizer != null) {
            OutputFolder.requireApart(output, List.of(source.tokenizer));
            HuggingFaceTokenizerFactory.open(source.tokenizer).close(); // before anything is written
        }
        AtomicFolder.create(output, bytes, this::write, ProgressLine::printNote);
        printMade();
        return 0;
    }

    /** Says what was made, and where it is not what was asked for. */
    private void printMade() {
        int reached = made.config().encoder().vocabularySize();
        out().printf("%s: vocabulary %,d, %,d layers, %,d parameters%n", output, reached, layers, made.elements());
        if (source.tokenizer != null && isGiven("--vocabulary") && reached != vocabulary) {
            ProgressLine.printNote("--vocabulary %,d is for a tokenizer that is learnt; %s has %,d tokens"
                    .formatted(vocabulary, source.tokenizer, reached));
        } else if (source.tokenizer == null && reached < vocabulary) {
            ProgressLine.printNote(("vocabulary of %,d tokens, smaller than --vocabulary %,d: these texts have no more"
                            + " pairs of tokens to join; give more texts for more tokens")
                    .formatted(reached, vocabulary));
        }
    }

    /** Refuses sizes that are out of range, or too large for this machine, before a tokenizer is learnt; gives the bytes of the weights. */
    private long requireSizes() {
        requireBetween(BpeTrainer.LEAST_TOKENS, MOST_VOCABULARY, "--vocabulary", vocabulary);
        requireBetween(1, EncoderConfig.MOST_WIDTH, "--hidden", hidden);
        requireBetween(1, EncoderConfig.MOST_WIDTH, "--intermediate", intermediate);
        requireBetween(1, EncoderConfig.MOST_LAYERS, "--layers", layers);
        requireBetween(1, EncoderConfig.MOST_POSITIONS, "--max-positions", maxPositions);
        requireAtLeast(1, "--local-attention", localAttention);
        requireAtLeast(1, "--heads", heads);
        requireHeads();
        requireFit("--vocabulary", vocabulary);
        requireFit("--intermediate", 2L * intermediate);
        OptionalInt id = OptionalInt.of(0);
        SpecialTokens any = new SpecialTokens(id, id, id, OptionalInt.empty(), OptionalInt.empty());
        ModernBertConfig config = settings(() -> config(source.tokenizer == null ? vocabulary : 1, any));
        long bytes = Float.BYTES
                * Architecture.of(
                                config,
                                new MaskedLanguageModelHead(config.encoder().vocabularySize()))
                        .elements();
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        check(() -> SettingException.requireRange(
                bytes <= memory,
                "size of the weights",
                Numbers.bytes(bytes),
                "sizes that fit into the memory of this machine, " + Numbers.bytes(memory)));
        return bytes;
    }

    private void requireHeads() {
        check(() -> SettingException.requireRange(
                hidden % (2L * heads) == 0, "--hidden", hidden, "an even multiple of --heads, which is " + heads));
    }

    /** A matrix is one array. */
    private void requireFit(String option, long rows) {
        check(() -> SettingException.requireRange(
                rows * hidden <= Integer.MAX_VALUE,
                option + " times the width",
                rows * hidden,
                "sizes with which a matrix has fewer than 2^31 numbers"));
    }

    private void write(Path folder) {
        if (source.tokenizer == null) {
            learnTokenizer(folder);
        } else {
            CheckpointWriter.copyTokenizer(source.tokenizer, folder);
        }
        writeModel(folder);
    }

    private void learnTokenizer(Path folder) {
        CsvFormat format = csv.format();
        List<TableFile> files = source.data.stream()
                .map(location -> new TableFile(location.file(), format))
                .toList();
        String found = isGiven("--text") ? column : ColumnGuess.text(files, ProgressLine::printNote);
        List<String> texts = files.stream()
                .flatMap(file -> Texts.read(file, found).stream().map(Text::text))
                .toList();
        ProgressLine progress = ProgressLine.onStandardError();
        BpeTrainer.train(texts, vocabulary, folder, progress.of("tokenizer"));
    }

    private void writeModel(Path folder) {
        ModernBertConfig config;
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            requireSpecial(tokenizer.specialTokens());
            config = config(tokenizer.vocabularySize(), tokenizer.specialTokens());
        }
        Architecture architecture = Architecture.of(
                config, new MaskedLanguageModelHead(config.encoder().vocabularySize()));
        try (Backend backend = Backends.ofProcess()) {
            Map<Parameter, Array> weights = architecture.initialWeights(backend, seed);
            CheckpointWriter.write(folder, architecture, weights, backend, WeightType.FLOAT32);
            weights.values().forEach(Array::close);
        }
        made = architecture;
    }

    private void requireSpecial(SpecialTokens special) {
        if (special.cls().isEmpty() || special.sep().isEmpty()) {
            throw new InputException(source.tokenizer
                    + ": found a tokenizer without [CLS] or [SEP], expected both; name them in tokenizer_config.json as cls_token"
                    + " and sep_token");
        }
    }

    private ModernBertConfig config(int tokens, SpecialTokens special) {
        JsonObject json = new JsonObject();
        json.addProperty("model_type", "modernbert");
        json.addProperty("vocab_size", tokens);
        json.addProperty("hidden_size", hidden);
        json.addProperty("intermediate_size", intermediate);
        json.addProperty("num_hidden_layers", layers);
        json.addProperty("num_attention_heads", heads);
        json.addProperty("max_position_embeddings", maxPositions);
        json.addProperty("local_attention", localAttention);
        json.addProperty("global_attn_every_n_layers", 3);
        json.add(
                "pad_token_id",
                special.pad().isPresent() ? new JsonPrimitive(special.pad().getAsInt()) : JsonNull.INSTANCE);
        json.addProperty("cls_token_id", special.cls().orElseThrow());
        json.addProperty("bos_token_id", special.cls().orElseThrow());
        json.addProperty("sep_token_id", special.sep().orElseThrow());
        json.addProperty("eos_token_id", special.sep().orElseThrow());
        return ModernBertConfig.parse(json.toString(), "the options of init");
    }
}
