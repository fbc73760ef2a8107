package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.infer.Export;
import org.modernbert4j.infer.SentenceExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code export}: writes what {@code train} saved as a folder to publish. */
@Command(
        name = "export",
        description = {
            "Writes what train saved as a folder to publish: configuration, weights, tokenizer, model card.",
            "AutoModelForSequenceClassification of transformers loads the head published; of the others AutoModel loads the"
                    + " encoder, and the card shows how to apply the head.",
            "With --format sentence-transformers it writes the encoder of any checkpoint for SentenceTransformer."
        },
        footer = {
            "modernbert4j export --model runs/news --output runs/published",
            "modernbert4j export --model runs/news --format sentence-transformers \\",
            "    --output runs/vectors"
        })
final class ExportCommand extends BaseCommand {
    /** Which library of Python the folder is for. */
    private enum Format {
        TRANSFORMERS,
        SENTENCE_TRANSFORMERS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What becomes of a text's rows. */
    private enum Kept {
        CLS,
        MEAN;

        Pooling pooling() {
            return Pooling.valueOf(name());
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
            description = "Folder that train saved, with --format sentence-transformers of any checkpoint, or"
                    + " owner/name[@revision] of one on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder to write, not there yet.")
    private Path output;

    @Option(
            names = "--dtype",
            paramLabel = "NAME",
            description = "What the weights are stored in: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private WeightType type = WeightType.FLOAT32;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "Python library that loads the folder: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Format format = Format.TRANSFORMERS;

    @Option(
            names = "--pooling",
            paramLabel = "NAME",
            description =
                    "Of sentence-transformers, what becomes of a text's rows: ${COMPLETION-CANDIDATES}. Unless given, that"
                            + " of the model's head, else mean.")
    private Kept kept;

    @Override
    public Integer call() {
        if (kept != null && format == Format.TRANSFORMERS) {
            throw usageError("--pooling is of --format sentence-transformers; give that as well");
        }
        List<String> notes = format == Format.TRANSFORMERS
                ? Export.write(model.folder(HubFiles.ALL), output, type)
                : SentenceExport.write(
                        model.encoderFolder(),
                        output,
                        type,
                        Optional.ofNullable(kept).map(Kept::pooling));
        notes.forEach(ProgressLine::printNote);
        out().println("saved in " + output);
        return 0;
    }
}
