package org.modernbert4j.cli;

import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.hub.HubName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code download}: brings a model of the Hub into the cache. */
@Command(
        name = "download",
        description = {
            "Downloads a model from the Hugging Face Hub into the cache that Python has as well, and prints its folder.",
            "Heeds HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, HF_TOKEN, HF_TOKEN_PATH, HF_ENDPOINT and HF_HUB_OFFLINE, and the older"
                    + " HUGGINGFACE_HUB_CACHE and TRANSFORMERS_OFFLINE."
        },
        footer = {
            "modernbert4j download answerdotai/ModernBERT-base",
            "modernbert4j download deepvk/RuModernBERT-base@main"
        })
final class DownloadCommand extends BaseCommand {
    @Parameters(paramLabel = "NAME", description = "owner/name or owner/name@revision.")
    private String name;

    @Override
    public Integer call() {
        HubName model = HubName.parse(name)
                .orElseThrow(() -> usageError(name + ": is no owner/name[@revision] on the Hugging Face Hub"));
        out().println(ModelLocation.hub().model(model, HubFiles.ALL));
        return 0;
    }
}
