package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Head;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.task.Measurement;

/** The {@code README.md} of a model that is published: how to load it, and what is known of its training. */
public final class PublishedCard {
    /**
     * What a run says of itself.
     *
     * @param run its settings and what it ran on
     * @param measurements of its course, each with validation, in rising order
     * @param best the one whose network this is
     */
    public record Training(
            RunFile.Description run,
            List<Measurement<ClassificationMetrics>> measurements,
            Measurement<ClassificationMetrics> best) {}

    private PublishedCard() {}

    /**
     * The card.
     *
     * @param title what the model is called
     * @param head that it has
     * @param maxLength tokens that a text is cut to
     * @param weightType torch's name of the type that its weights are stored in
     * @param labels in the order of their ids
     * @param training empty where nothing is known of it
     */
    public static String of(
            String title,
            Head head,
            int maxLength,
            String weightType,
            List<String> labels,
            Optional<Training> training) {
        Optional<String> limits = limits(head);
        List<String> sections = new ArrayList<>();
        sections.add(ModelCard.classifierFrontMatter(
                limits.isEmpty() ? "transformers" : "modernbert4j",
                training.map(known -> known.run().settings()).orElse(Map.of())));
        sections.add("# " + Markdown.escape(title));
        sections.add(training.map(known -> ModelCard.introduction(
                        known.run().settings(), known.best().requireValidation()))
                .orElse("This model is a fine-tuned ModernBERT encoder."));
        sections.add("Its weights are stored in " + weightType + "; texts are cut to " + maxLength + " tokens.");
        sections.add("## How to use");
        limits.ifPresent(limit -> sections.add("Note: " + Markdown.escape(limit) + ", as here:"));
        sections.add(Markdown.fence("python", head.torchUse().python(maxLength)));
        sections.add("or, with modernbert4j:");
        sections.add(ModelCard.COMMAND);
        sections.add("`DIR` is the folder of this file.");
        sections.add("## Labels\n\n" + Markdown.list(labels.stream().map(Markdown::escape)));
        training.ifPresent(known -> sections.addAll(List.of(
                "## Training procedure",
                "### Training data and hyperparameters\n\n"
                        + Markdown.pairs(known.run().settings()),
                "### Training results\n\n" + ModelCard.results(known.measurements()),
                ModelCard.report(known.best()),
                "### Framework versions\n\n" + Markdown.pairs(known.run().environment()))));
        return String.join("\n\n", sections) + "\n";
    }

    /** What transformers cannot load of a model with this head, in one line; empty where it loads everything. */
    public static Optional<String> limits(Head head) {
        return head.torchUse()
                .limits()
                .map(what -> "transformers has no class for the head " + head.name() + " (" + what
                        + "): AutoModel loads the encoder, the head is to be applied by hand");
    }
}
