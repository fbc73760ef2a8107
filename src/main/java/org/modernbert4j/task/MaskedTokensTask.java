package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Passes;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.Targets;
import org.modernbert4j.task.Masking.Masked;
import org.modernbert4j.tokenizer.SpecialTokens;

/**
 * Predicts hidden tokens of packed sequences.
 *
 * @param config of the checkpoint
 * @param length maximum tokens of a sequence
 * @param texts the sequences
 * @param masking hides the tokens
 * @param seed of the batches and the masks
 */
record MaskedTokensTask(ModernBertConfig config, int length, TokenizedTexts texts, Masking masking, long seed)
        implements Task<TokenAccuracy> {
    private static final long SEEDS_APART = 1_000_003;

    /** Reads, encodes and packs the texts. */
    static MaskedTokensTask open(MaskedTokens settings, TaskInput input) {
        input.requirePositions("length", settings.length());
        requireFit(input);
        Architecture architecture = Architecture.of(input.config(), head(input.config()));
        input.texts().notes(architecture).forEach(input.notes());
        input.network().accept(architecture);
        SpecialTokens special = input.tokenizer().specialTokens();
        Packing packing = new Packing(special.cls().orElseThrow(), special.sep().orElseThrow(), settings.length());
        TokenizedTexts texts = read(settings, packing, input);
        input.notes()
                .accept("%,d sequences of up to %d tokens to learn from (%,d tokens), %,d to measure on"
                        .formatted(
                                texts.training().size(),
                                settings.length(),
                                TokenizedText.tokens(texts.training().stream()),
                                texts.validation().size()));
        Set<Integer> spared = special.all().boxed().collect(Collectors.toSet());
        Masking masking = new Masking(
                settings.maskRate(),
                special.mask().orElseThrow(),
                Math.min(
                        input.tokenizer().vocabularySize(),
                        input.config().encoder().vocabularySize()),
                spared);
        return new MaskedTokensTask(input.config(), settings.length(), texts, masking, input.seed());
    }

    /** Reads, encodes and packs all texts. A random share of the sequences is for validation. */
    private static TokenizedTexts read(MaskedTokens settings, Packing packing, TaskInput input) {
        List<int[]> encoded = new ArrayList<>();
        List<Source> sources = new ArrayList<>();
        for (Path path : settings.data()) {
            List<Text> read = Texts.read(new TableFile(path, settings.format()), settings.textColumn());
            int[][] ids = input.texts().bare(path + " line", read, input.tokenizing());
            long tokens = Arrays.stream(ids).mapToLong(text -> text.length).sum();
            sources.add(new Source(path, ids.length, tokens, FileHash.sha256(path)));
            encoded.addAll(Arrays.asList(ids));
        }
        List<int[]> shuffled = packing.pack(encoded);
        Collections.shuffle(shuffled, new Random(input.seed()));
        int held = (int) Math.ceil(settings.validation() * shuffled.size());
        if (held == shuffled.size()) {
            throw new InputException(
                    "%s: found %d sequences of up to %d tokens, all for validation, expected some to train on; add texts, or use a smaller --validation or --length"
                            .formatted(settings.data(), held, settings.length()));
        }
        return new TokenizedTexts(
                numbered(shuffled.subList(held, shuffled.size())), numbered(shuffled.subList(0, held)), sources);
    }

    private static List<TokenizedText> numbered(List<int[]> sequences) {
        return IntStream.range(0, sequences.size())
                .mapToObj(i -> new TokenizedText(i, sequences.get(i)))
                .toList();
    }

    private static void requireFit(TaskInput input) {
        SpecialTokens special = input.tokenizer().specialTokens();
        if (special.mask().isEmpty() || special.cls().isEmpty() || special.sep().isEmpty()) {
            throw new InputException(input.model()
                    + ": the tokenizer lacks [CLS], [SEP] or [MASK], expected all three; name them in"
                    + " tokenizer_config.json as cls_token, sep_token and mask_token");
        }
        int vocabulary = input.config().encoder().vocabularySize();
        Stream.of(special.cls(), special.sep(), special.mask())
                .flatMapToInt(OptionalInt::stream)
                .filter(id -> id >= vocabulary)
                .findFirst()
                .ifPresent(id -> {
                    throw new InputException(
                            "%s: the tokenizer has a special token with id %d, config.json a vocab_size of %d; use the tokenizer of these weights"
                                    .formatted(input.model(), id, vocabulary));
                });
    }

    @Override
    public Head head() {
        return head(config);
    }

    private static Head head(ModernBertConfig config) {
        return new MaskedLanguageModelHead(config.encoder().vocabularySize());
    }

    @Override
    public String places() {
        return "packed sequences";
    }

    /** False, because each step hides other tokens. */
    @Override
    public boolean keepsTexts() {
        return false;
    }

    @Override
    public List<List<Integer>> batches(int size, int epoch) {
        return Batching.random(texts.training().size(), size, seed, epoch);
    }

    /** Each step hides other tokens. Parts without a hidden token are left out. */
    @Override
    public List<Part> parts(Layout layout, List<Integer> indexes, int count, int step) {
        List<Masked> masked = masking.mask(TokenizedText.ids(texts.training(), indexes), seed * SEEDS_APART + step);
        return Part.cut(indexes, count, range -> lay(layout, masked.subList(range[0], range[1]))).stream()
                .filter(part -> part.batch().targets().count() > 0)
                .toList();
    }

    static Batch lay(Layout layout, List<Masked> sequences) {
        Batch batch = layout.lay(sequences.stream().map(Masked::ids).toList());
        List<Integer> rows = new ArrayList<>();
        List<Integer> hidden = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            int[] labels = sequences.get(i).labels();
            for (int token = 0; token < labels.length; token++) {
                if (labels[token] != Masking.NOT_COUNTED) {
                    rows.add(batch.segments().starts()[i] + token);
                    hidden.add(labels[token]);
                }
            }
        }
        return new Batch(batch.ids(), batch.segments(), ints(rows), new Targets.Classes(ints(hidden)));
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(i -> i).toArray();
    }

    /** All steps have equal weight, for any number of hidden tokens. */
    @Override
    public double weight(int targets) {
        return 1;
    }

    @Override
    public Evaluated<TokenAccuracy> evaluate(
            Network network, Layout layout, int batchSize, KnownValues known, Progress progress) {
        Guesses guesses = new Guesses();
        int size = texts.validation().size();
        try (Passes passes = new Passes(network, Network.LOSS, Network.LOGITS)) {
            for (int from = 0; from < size; from += batchSize) {
                int to = Math.min(size, from + batchSize);
                Batch batch = validationBatch(layout, from, to);
                passes.launch(batch, Map.of(), result -> {
                    guesses.add(((Targets.Classes) batch.targets()).labels(), result, network.backend());
                    progress.report(to, size);
                });
            }
            passes.finish();
        }
        double accuracy = (double) guesses.right / guesses.hidden;
        return new Evaluated<>(guesses.lossSum / guesses.hidden, new TokenAccuracy(accuracy), Map.of());
    }

    /** Sums over the hidden tokens of some batches. */
    private static final class Guesses {
        private double lossSum;
        private long right;
        private long hidden;

        private void add(int[] truth, GraphExecutor.Result result, Backend backend) {
            Logits logits = new Logits(backend, result.get(Network.LOGITS));
            lossSum += (double) backend.read(result.get(Network.LOSS)).get(0) * truth.length;
            right += IntStream.range(0, truth.length)
                    .filter(row -> logits.largest(row) == truth[row])
                    .count();
            hidden += truth.length;
        }
    }

    /** The validation sequences {@code from} to {@code to - 1}. Each call hides the same tokens. */
    Batch validationBatch(Layout layout, int from, int to) {
        List<Integer> indexes = IntStream.range(from, to).boxed().toList();
        return lay(layout, masking.mask(TokenizedText.ids(texts.validation(), indexes), seed * SEEDS_APART - 1 - from));
    }

    @Override
    public MetricsFormat<TokenAccuracy> metricsFormat() {
        return new TokenAccuracy.Format();
    }
}
