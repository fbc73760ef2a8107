package org.modernbert4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.data.Texts;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.infer.EmbeddingFormat;
import org.modernbert4j.infer.Embeddings;
import org.modernbert4j.infer.TextEncoder;
import org.modernbert4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code encode}: turns texts into embeddings. */
@Command(
        name = "encode",
        description = {
            "Turns texts into embeddings, the hidden states of an encoder: those on the command line, those of a file, or"
                    + " those of standard input, in their order.",
            "Writes safetensors (embeddings; rows: where each text stands in its file; without pooling lengths), NumPy, or CSV."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class EncodeCommand implements Callable<Integer> {
    /** What is kept of a text's rows. */
    private enum Kept {
        CLS(Optional.of(Pooling.CLS)),
        MEAN(Optional.of(Pooling.MEAN)),
        NONE(Optional.empty());

        private final Optional<Pooling> pooling;

        Kept(Optional<Pooling> pooling) {
            this.pooling = pooling;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description =
                    "Checkpoint folder, or that of a run, of which the best is taken, or owner/name[@revision] of one on the"
                            + " Hugging Face Hub.")
    private ModelLocation model;

    @Mixin
    private TextInput input = new TextInput();

    @Option(
            names = "--pooling",
            paramLabel = "NAME",
            description =
                    "What is kept of a text's tokens: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). cls is the first token's"
                            + " row, mean that of all tokens, none keeps all rows: text after text in .safetensors, filled up with zeros"
                            + " to [texts, longest, hidden] in .npy.")
    private Kept kept = Kept.MEAN;

    @Option(
            names = "--layer",
            paramLabel = "N",
            description =
                    "Which of transformers' hidden_states: 0 for what the first layer begins with; the last, after the"
                            + " final norm, unless given.")
    private Integer layer;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "File to write or replace: .safetensors, .npy or .csv.")
    private Path output;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens that a text is cut to; what the model has positions for unless given.")
    private Integer maxLength;

    @Option(names = "--batch-size", paramLabel = "N", description = "Texts at a time (${DEFAULT-VALUE}).")
    private int batchSize = 16;

    @Mixin
    private MachineOptions machine = new MachineOptions();

    @Override
    public Integer call() {
        Options.requireAtLeast(spec, 1, "--batch-size", batchSize);
        EmbeddingFormat format = EmbeddingFormat.of(output);
        if (!Files.isDirectory(output.toAbsolutePath().getParent())) {
            throw new InputException(output + ": its folder does not exist; make it or use another");
        }
        if (Files.isDirectory(output)) {
            throw new InputException(output + ": is a folder; use the name of a file");
        }
        Texts texts = input.read();
        try (TextEncoder encoder = TextEncoder.open(
                RunFolder.model(model.folder(HubFiles.ALL)),
                Options.optional(layer),
                Options.optional(maxLength),
                machine.open(),
                machine.precision())) {
            noteMissing(texts);
            write(encoder, texts, format);
        }
        return 0;
    }

    private static void noteMissing(Texts texts) {
        int missing = texts.rows() - texts.texts().size();
        if (missing > 0) {
            System.err.println("left out " + missing + " of " + texts.rows() + " rows, which hold no text");
        }
    }

    private void write(TextEncoder encoder, Texts texts, EmbeddingFormat format) {
        ProgressLine progress = ProgressLine.onStandardError();
        List<TokenizedText> tokenized =
                encoder.tokenize(texts.texts(), (done, total) -> progress.show("tokenizing", done, total, Double.NaN));
        Path unordered = output.resolveSibling(output.getFileName() + ".rows");
        try (Embeddings embeddings =
                Embeddings.create(unordered, tokenized, kept.pooling, encoder.layer(), encoder.hidden())) {
            encoder.encode(
                    tokenized,
                    kept.pooling,
                    batchSize,
                    embeddings::put,
                    (done, total) -> progress.show("encoding", done, total, Double.NaN));
            embeddings.write(output, format);
        }
        spec.commandLine().getOut().printf("%d texts in %s%n", tokenized.size(), output);
    }
}
