package org.modernbert4j.cli;

import java.nio.file.Path;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.infer.Export;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code export}: writes what {@code train} saved as a folder to publish. */
@Command(
        name = "export",
        description = {
            "Writes what train saved as a folder to publish: configuration, weights, tokenizer, model card.",
            "AutoModelForSequenceClassification of transformers loads the head published; of the others AutoModel loads the"
                    + " encoder, and the card shows how to apply the head."
        },
        footer = {
            "modernbert4j export --model runs/news --output runs/published",
            "modernbert4j export --model runs/news --dtype bfloat16 --output runs/half"
        })
final class ExportCommand extends BaseCommand {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description = "Folder that train saved, or owner/name[@revision] of one on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder to write, not there yet.")
    private Path output;

    @Option(
            names = "--dtype",
            paramLabel = "NAME",
            description = "What the weights are stored in: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private WeightType type = WeightType.FLOAT32;

    @Override
    public Integer call() {
        Export.write(model.folder(HubFiles.ALL), output, type).forEach(ProgressLine::printNote);
        out().println("saved in " + output);
        return 0;
    }
}
