package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.modernbert4j.OutputFile;
import org.modernbert4j.OutputFolder;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.Checksums;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.infer.SentenceModules.TextRules;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.report.SentenceCard;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.run.RunFolder;

/** Writes an encoder as a folder that Python's {@code SentenceTransformer} loads. */
public final class SentenceExport {
    private SentenceExport() {}

    /**
     * Writes the encoder's {@code config.json}, {@code model.safetensors} and tokenizer, the files of sentence-transformers, their
     * {@code SHA256SUMS}, and a model card {@code README.md}. The head of a classifier is left out.
     *
     * @param model a run's folder, for its best epoch, or that of any checkpoint or of a model of sentence-transformers
     * @param output folder, which must not exist; it appears whole or not at all
     * @param type that the weights are stored in, rounded to nearest
     * @param pooling how the rows of a text become one; if it is empty, that of the model of sentence-transformers or of the head,
     *     else the mean
     * @return remarks of one line: that the card lacks the training
     * @throws org.modernbert4j.InputException if the model cannot be used, the output exists already, or a weight is too large for
     *     the type
     */
    public static List<String> write(Path model, Path output, WeightType type, Optional<Pooling> pooling) {
        AtomicFolder.requireAbsent(output);
        OutputFolder.requireApart(output, List.of(model));
        Path source = RunFolder.model(model);
        SentenceModules found = SentenceModules.of(source);
        try (Checkpoint checkpoint = Checkpoint.open(found.transformer())) {
            Architecture encoder = Architecture.of(checkpoint.config());
            SentenceModules modules = modules(found, checkpoint.config(), pooling);
            Optional<RunFile.Description> run = RunFolder.ofModel(source).map(Export::described);
            List<String> notes = new ArrayList<>();
            AtomicFolder.create(
                    output,
                    CheckpointWriter.bytes(checkpoint.folder(), encoder, type),
                    folder -> {
                        Export.writeModel(checkpoint, encoder, folder, type);
                        modules.write(folder, encoder.config().encoder().hiddenSize());
                        Checksums.write(folder); // without the card, which is there for people to edit
                        OutputFile.write(
                                folder.resolve(OwnFiles.CARD), card(output, encoder, modules, type, run), "make room");
                    },
                    notes::add);
            if (run.isEmpty()) {
                notes.add(Export.cardWithoutTraining(output));
            }
            return notes;
        }
    }

    private static SentenceModules modules(SentenceModules found, ModernBertConfig config, Optional<Pooling> asked) {
        Optional<HeadSettings> head = HeadSettings.of(found.transformer(), config);
        Pooling pooling = asked.or(found::pooling)
                .or(() -> head.flatMap(settings -> pooling(config, settings)))
                .orElse(Pooling.MEAN);
        TextRules texts = found.texts();
        OptionalInt maxLength =
                head.map(settings -> OptionalInt.of(settings.maxLength())).orElse(texts.maxLength());
        return new SentenceModules(
                found.transformer(),
                Optional.of(pooling),
                found.normalizes(),
                new TextRules(maxLength, texts.lowerCase(), texts.promptName(), texts.prompt()));
    }

    /** What a head makes of a text's rows; empty if it is neither of the two. */
    private static Optional<Pooling> pooling(ModernBertConfig config, HeadSettings settings) {
        int classes = Math.max(1, config.classifier().labels().size());
        Architecture architecture = Architecture.of(config, settings.head(classes));
        return Stream.of(Pooling.CLS, Pooling.MEAN)
                .filter(pooling -> architecture.headReads().contains(ModernBert.pooled(pooling)))
                .findFirst();
    }

    private static String card(
            Path output,
            Architecture encoder,
            SentenceModules modules,
            WeightType type,
            Optional<RunFile.Description> run) {
        int hidden = encoder.config().encoder().hiddenSize();
        String vector =
                switch (modules.pooling().orElseThrow()) {
                    case CLS -> "the row of its first token";
                    case LAST_TOKEN, LAST_ROW -> "the row of its last token";
                    case MEAN -> "the mean over the rows of its tokens";
                };
        String what = "a text's vector of " + hidden + " numbers is " + vector
                + (modules.normalizes() ? ", scaled to length 1" : "");
        return SentenceCard.of(
                output.toAbsolutePath().normalize().getFileName().toString(),
                what,
                modules.texts().maxLength(),
                type.toString(),
                run);
    }
}
