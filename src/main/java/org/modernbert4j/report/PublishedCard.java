package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code README.md} of a model that is published: how to load it, and what is known of its training. */
public final class PublishedCard {
    /**
     * What a run says of itself.
     *
     * @param settings what was asked for, by name, in the order to show it in
     * @param environment what it ran on, by name, in the order to show it in
     * @param epochs what each epoch gave
     * @param bestEpoch number of the epoch whose network this is, from 1
     */
    public record Training(
            Map<String, String> settings, Map<String, String> environment, List<EpochResult> epochs, int bestEpoch) {
        private EpochResult best() {
            return epochs.get(bestEpoch - 1);
        }
    }

    private PublishedCard() {}

    /**
     * The card.
     *
     * @param title what the model is called
     * @param use how it is used from Python
     * @param weightType torch's name of the type that its weights are stored in
     * @param labels in the order of their ids
     * @param training empty where nothing is known of it
     */
    public static String of(
            String title, TorchUse use, String weightType, List<String> labels, Optional<Training> training) {
        List<String> sections = new ArrayList<>();
        sections.add(ModelCard.frontMatter(
                use.isWhole() ? "transformers" : "modernbert4j",
                training.map(Training::settings).orElse(Map.of())));
        sections.add("# " + Markdown.escape(title));
        sections.add(training.map(run -> ModelCard.introduction(run.settings(), run.best()))
                .orElse("This model is a fine-tuned ModernBERT encoder."));
        sections.add("Its weights are stored in " + weightType + "; texts are cut to " + use.maxLength() + " tokens.");
        sections.add("## How to use");
        use.limits().ifPresent(limits -> sections.add("Note: " + Markdown.escape(limits) + ", as here:"));
        sections.add(Markdown.fence("python", use.python()));
        sections.add("or, with modernbert4j:");
        sections.add(ModelCard.COMMAND);
        sections.add("`DIR` is the folder of this file.");
        sections.add("## Labels\n\n" + Markdown.list(labels.stream().map(Markdown::escape)));
        training.ifPresent(run -> sections.addAll(List.of(
                "## Training procedure",
                "### Training data and hyperparameters\n\n" + Markdown.pairs(run.settings()),
                "### Training results\n\n" + ModelCard.results(run.epochs()),
                ModelCard.report(run.best()),
                "### Framework versions\n\n" + Markdown.pairs(run.environment()))));
        return String.join("\n\n", sections) + "\n";
    }
}
