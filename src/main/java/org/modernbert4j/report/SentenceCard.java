package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.modernbert4j.run.RunFile;

/** The {@code README.md} of an encoder that is published for sentence-transformers. */
public final class SentenceCard {
    private SentenceCard() {}

    /**
     * The card.
     *
     * @param title what the model is called
     * @param vector what a text's vector is, in a clause
     * @param maxLength tokens that a text is cut to; empty where the tokenizer tells
     * @param weightType torch's name of the type that its weights are stored in
     * @param run that trained it, its settings and what it ran on; empty where nothing is known of it
     */
    public static String of(
            String title, String vector, OptionalInt maxLength, String weightType, Optional<RunFile.Description> run) {
        List<String> sections = new ArrayList<>(List.of(
                ModelCard.frontMatter(
                        "sentence-transformers",
                        run.map(RunFile.Description::settings).orElse(Map.of()),
                        "pipeline_tag: sentence-similarity",
                        "tags:",
                        "- sentence-transformers",
                        "- sentence-similarity",
                        "- feature-extraction",
                        "- modernbert"),
                "# " + Markdown.escape(title),
                "This model is a ModernBERT encoder: " + vector + ". Its weights are stored in " + weightType
                        + (maxLength.isPresent() ? "; texts are cut to " + maxLength.getAsInt() + " tokens." : "."),
                "## How to use",
                Markdown.fence(
                        "python",
                        """
                        from sentence_transformers import SentenceTransformer

                        vectors = SentenceTransformer("DIR").encode(["..."])
                        """),
                "or, with modernbert4j:",
                Markdown.fence("java -jar modernbert4j.jar encode --model DIR --output vectors.npy \"...\"\n"),
                "`DIR` is the folder of this file."));
        run.ifPresent(known -> sections.addAll(List.of(
                "## Training procedure",
                "### Training data and hyperparameters\n\n" + Markdown.pairs(known.settings()),
                "### Framework versions\n\n" + Markdown.pairs(known.environment()))));
        return String.join("\n\n", sections) + "\n";
    }
}
