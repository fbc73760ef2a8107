package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.modernbert4j.OutputFile;
import org.modernbert4j.TemporaryNames;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.data.RowStream;
import org.modernbert4j.data.Text;
import org.modernbert4j.infer.EmbeddingFormat;
import org.modernbert4j.infer.Embeddings;
import org.modernbert4j.infer.TextEncoder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode}: turns texts into embeddings. */
@Command(
        name = "encode",
        description = {
            "Turns texts into embeddings, the hidden states of an encoder. The texts are those on the command line, of"
                    + " a file, or of standard input.",
            "Writes safetensors (embeddings; rows: where each text stands in its file; without pooling lengths),"
                    + " NumPy, or CSV."
        },
        footer = {
            "modernbert4j encode --model weights/modernbert-mini-ru --max-length 32 \\",
            "    --file experiments/data/news-sample.csv --output runs/news.npy",
            "modernbert4j encode --model runs/news --pooling cls --output runs/one.csv Футбол"
        })
final class EncodeCommand extends BaseCommand {
    /** What is kept of a text's rows. */
    private enum Kept {
        CLS,
        MEAN,
        NONE;

        Optional<Pooling> pooling() {
            return this == NONE ? Optional.empty() : Optional.of(Pooling.valueOf(name()));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description =
                    "Folder of a checkpoint, of a run, whose best model is taken, or of sentence-transformers, whose"
                            + " vectors are made; or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Mixin
    private TextInput input = new TextInput();

    @Option(
            names = "--pooling",
            paramLabel = "NAME",
            description =
                    "Vectors of a text: ${COMPLETION-CANDIDATES} (unless given, that of a folder of sentence-transformers,"
                            + " else mean). cls is that of the first token, mean the mean over all tokens, none keeps all:"
                            + " text after text in safetensors, padded with zeros to [texts, longest, hidden] in npy.")
    private Kept kept;

    @Option(
            names = "--layer",
            paramLabel = "N",
            description = "Which of transformers' hidden_states, 0 for the embeddings; the last, after the final norm,"
                    + " unless given.")
    private Integer layer;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "File to write or replace; its name ends in safetensors, npy or csv.")
    private Path output;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Tokens that a text is cut to. Unless given, max_seq_length of sentence-transformers, else as many as"
                            + " the model has positions, or model_max_length of tokenizer_config.json where that is less.")
    private Integer maxLength;

    @Option(names = "--batch-size", paramLabel = "N", description = "Texts at a time (${DEFAULT-VALUE}).")
    private int batchSize = 16;

    @Mixin
    private MachineOptions machine = new MachineOptions();

    @Override
    public Integer call() {
        requireAtLeast(1, "--batch-size", batchSize);
        requireAtLeast(1, "--max-length", maxLength == null ? 1 : maxLength);
        requireAtLeast(0, "--layer", layer == null ? 0 : layer);
        EmbeddingFormat format = EmbeddingFormat.of(output);
        OutputFile.check(output, input.files());
        RowStream<Text> texts = input.open();
        Path folder = model.encoderFolder();
        OutputFile.check(output, OwnFiles.ofModel(folder));
        try (TextEncoder encoder =
                TextEncoder.open(folder, optional(layer), optional(maxLength), machine.open(), machine.precision())) {
            encoder.notes().forEach(ProgressLine::printNote);
            write(encoder, pooling(encoder, folder), texts, format);
        }
        return 0;
    }

    private Optional<Pooling> pooling(TextEncoder encoder, Path folder) {
        if (kept == null) {
            return encoder.pooling().or(() -> Optional.of(Pooling.MEAN));
        }
        encoder.pooling()
                .filter(own -> !kept.pooling().equals(Optional.of(own)))
                .ifPresent(own -> ProgressLine.printNote(
                        "%s: its pooling is %s; --pooling %s is taken instead".formatted(folder, own, kept)));
        return kept.pooling();
    }

    private void write(TextEncoder encoder, Optional<Pooling> pooling, RowStream<Text> texts, EmbeddingFormat format) {
        try (Embeddings embeddings =
                Embeddings.create(TemporaryNames.unique(output), pooling, encoder.layer(), encoder.hidden())) {
            int without = encoder.encode(
                    texts, batchSize, embeddings, ProgressLine.onStandardError().of("encoding"));
            format.write(output, embeddings);
            input.noteMissing(without, embeddings.texts(), pooling.isEmpty() ? "no vector" : "a vector of zeros");
            out().printf("%d texts in %s%n", embeddings.texts(), output);
        }
    }
}
