package org.modernbert4j.pretrain;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.KernelExecutioner;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.tokenizer.SpecialTokens;
import org.modernbert4j.train.AdamW;
import org.modernbert4j.train.RunFolder;

/** A run in progress: what it reads, the trainer, and the folder that it writes. */
final class PretrainingRun implements Pretrainer.Keeper {
    private final Pretraining settings;
    private final PretrainingListener listener;
    private final AdamW optimizer = new AdamW(0.9, 0.98, 1e-6, KernelExecutioner.workers());
    private Network network;
    private PretrainingState state = new PretrainingState();

    PretrainingRun(Pretraining settings, PretrainingListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    Pretrained start() {
        return run(settings.model(), false);
    }

    Pretrained resume() {
        return run(RunFolder.lastCheckpoint(settings.output()), true);
    }

    private Pretrained run(Path weights, boolean resumed) {
        try (Checkpoint checkpoint = Checkpoint.open(weights);
                HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(settings.model())) {
            ModernBertConfig config = checkpoint.config();
            requireFit(tokenizer, config);
            config.ignored().forEach(field -> listener.note("config.json: " + field + " is not known here, ignored"));
            Head head = new Head.MaskedLanguageModel(config.vocabularySize());
            Architecture architecture = Architecture.of(config, head);
            settings.training().rates().noDecay().select(architecture); // refuses what is not there
            Checkpoint.Loaded loaded =
                    checkpoint.load(architecture, settings.training().seed());
            loaded.report().lines().forEach(listener::note);
            Lowering lowering = Lowering.ofProcess(settings.precision());
            try (Network built = new Network(architecture, loaded.weights(), lowering, settings.length())) {
                network = built;
                Corpus corpus = corpus(tokenizer);
                Layout layout = Layout.of(
                        head,
                        lowering,
                        settings.length(),
                        tokenizer.specialTokens().pad());
                if (resumed) {
                    state = PretrainingCheckpoint.read(weights, architecture, optimizer);
                } else {
                    PretrainingFile.write(settings);
                }
                boolean finished = train(
                        corpus,
                        new MaskedBatches(
                                masking(tokenizer), layout, settings.training().seed()));
                return new Pretrained(settings.output(), List.copyOf(state.measurements), finished);
            }
        }
    }

    private Corpus corpus(HuggingFaceTokenizerFactory tokenizer) {
        SpecialTokens special = tokenizer.specialTokens();
        Packing packing = new Packing(special.cls().orElseThrow(), special.sep().orElseThrow(), settings.length());
        return Corpus.read(
                settings.data(),
                settings.textColumn(),
                tokenizer,
                packing,
                settings.validation(),
                settings.training().seed(),
                listener::tokenizing);
    }

    private Masking masking(HuggingFaceTokenizerFactory tokenizer) {
        SpecialTokens special = tokenizer.specialTokens();
        Set<Integer> spared = Stream.of(special.cls(), special.sep(), special.mask(), special.unk())
                .flatMapToInt(OptionalInt::stream)
                .boxed()
                .collect(Collectors.toSet());
        spared.add(special.pad());
        return new Masking(settings.maskRate(), special.mask().orElseThrow(), tokenizer.vocabularySize(), spared);
    }

    private void requireFit(HuggingFaceTokenizerFactory tokenizer, ModernBertConfig config) {
        SpecialTokens special = tokenizer.specialTokens();
        if (special.mask().isEmpty() || special.cls().isEmpty() || special.sep().isEmpty()) {
            throw new InputException(settings.model()
                    + ": its tokenizer has no [CLS], [SEP] or [MASK], wanted all three; name them in tokenizer_config.json as"
                    + " cls_token, sep_token and mask_token");
        }
        if (tokenizer.vocabularySize() > config.vocabularySize()) {
            throw new InputException(
                    "%s: tokenizer.json has %d tokens, config.json a vocab_size of %d; use the tokenizer"
                                    .formatted(settings.model(), tokenizer.vocabularySize(), config.vocabularySize())
                            + " of these weights");
        }
    }

    private boolean train(Corpus corpus, MaskedBatches batches) {
        Pretrainer trainer =
                new Pretrainer(network, corpus, batches, settings.training(), state, optimizer, listener, this);
        listener.note("%,d sequences of up to %d tokens to learn from (%,d tokens), %,d to measure on; %,d steps"
                .formatted(
                        corpus.train().size(),
                        settings.length(),
                        corpus.trainTokens(),
                        corpus.validation().size(),
                        trainer.steps()));
        MetricsFile.begin(settings.output(), state.measurements);
        boolean finished = trainer.run();
        if (finished) {
            Path model = settings.output().resolve(Pretraining.MODEL);
            AtomicFolder.write(model, folder -> {
                writeModel(folder);
                RunFolder.writeText(
                        folder.resolve("README.md"),
                        PretrainingCard.of(settings, corpus, network.architecture(), state));
            });
            listener.saved(model);
        }
        return finished;
    }

    @Override
    public void measured(Measurement measurement) {
        MetricsFile.add(settings.output(), measurement);
        listener.measured(measurement);
    }

    @Override
    public void checkpoint() {
        Path folder = RunFolder.saveCheckpoint(settings.output(), state.step, partial -> {
            writeModel(partial);
            PretrainingCheckpoint.write(partial, optimizer, state);
        });
        listener.saved(folder);
    }

    private void writeModel(Path folder) {
        Architecture architecture = network.architecture();
        CheckpointWriter.write(folder, architecture, architecture.config(), network.weights());
        CheckpointWriter.copyTokenizer(settings.model(), folder);
    }
}
