package org.modernbert4j.pretrain;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.report.Markdown;
import org.modernbert4j.report.Numbers;
import org.modernbert4j.train.Environment;

/** The {@code README.md} of a pre-trained model, a model card as the Hugging Face Hub reads it. */
final class PretrainingCard {
    /** Lines of the loss curve at most. */
    private static final int CURVE = 20;

    private static final String PLAIN_WORD = "[\\p{IsAlphabetic}\\p{IsDigit}_.,:/+@%-]+";

    private PretrainingCard() {}

    static String of(Pretraining run, Corpus corpus, Architecture architecture, PretrainingState state) {
        return String.join(
                        "\n\n",
                        frontMatter(run),
                        "# "
                                + Markdown.escape(run.output()
                                        .toAbsolutePath()
                                        .normalize()
                                        .getFileName()
                                        .toString()),
                        introduction(architecture, state),
                        "## How to use\n\n"
                                + Markdown.fence(
                                        "java -jar modernbert4j.jar train --model DIR --data news.csv --label topic --output runs/news\n"),
                        "`DIR` is the folder of this file; transformers' `AutoModelForMaskedLM.from_pretrained` reads it as well.",
                        "## Training data\n\n" + data(corpus),
                        "## Training procedure",
                        "%s steps, %s tokens, %s. The same command on the same files makes the same weights again:"
                                .formatted(
                                        Numbers.count(state.step),
                                        Numbers.count(state.tokens),
                                        Numbers.duration(state.seconds)),
                        Markdown.fence(command(run)),
                        "### Loss\n\n" + curve(state.measurements),
                        "### Framework versions\n\n" + Markdown.pairs(Environment.describe()))
                + "\n";
    }

    private static String frontMatter(Pretraining run) {
        String base = HubName.ofFolder(run.model())
                .map(model -> "base_model: " + model.repository() + "\n")
                .orElse("");
        return "---\nlibrary_name: modernbert4j\n" + base
                + "pipeline_tag: fill-mask\ntags:\n- modernbert\n- masked-lm\n---";
    }

    private static String introduction(Architecture architecture, PretrainingState state) {
        ModernBertConfig config = architecture.config();
        String sizes =
                "A ModernBERT encoder with %s parameters, trained to guess hidden tokens: %d layers of width %d, %d heads, a vocabulary of %s, up to %s tokens."
                        .formatted(
                                Numbers.count(architecture.parameters()),
                                config.layers(),
                                config.hiddenSize(),
                                config.heads(),
                                Numbers.count(config.vocabularySize()),
                                Numbers.count(config.maxPositions()));
        Measurement last = state.measurements.get(state.measurements.size() - 1);
        return last.hasValidation()
                ? sizes
                        + " On texts that it was not trained on it guesses %s of the hidden tokens, at a loss of %s."
                                .formatted(
                                        Numbers.percent(last.validationAccuracy()),
                                        Numbers.measure(last.validationLoss()))
                : sizes;
    }

    private static String data(Corpus corpus) {
        return Markdown.table(
                List.of("File", "Texts", "Tokens", "SHA-256"),
                corpus.sources().stream()
                        .map(source -> List.of(
                                Markdown.escape(source.path().getFileName().toString()),
                                Numbers.count(source.texts()),
                                Numbers.count(source.tokens()),
                                "`" + source.sha256() + "`"))
                        .toList());
    }

    private static String command(Pretraining run) {
        return PretrainingFile.options(run).entrySet().stream()
                .map(option -> option.getKey() + " " + quoted(option.getValue()))
                .collect(Collectors.joining(" ", "java -jar modernbert4j.jar pretrain ", "\n"));
    }

    private static String quoted(String word) {
        return word.matches(PLAIN_WORD) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Measurements with validation where there are any, so many of them that they fill a table. */
    private static String curve(List<Measurement> measurements) {
        boolean validated = measurements.stream().anyMatch(Measurement::hasValidation);
        List<Measurement> shown = measurements.stream()
                .filter(measurement -> measurement.hasValidation() || !validated)
                .toList();
        int lines = Math.min(CURVE, shown.size());
        return Markdown.table(
                List.of("Step", "Tokens", "Training Loss", "Validation Loss", "Masked Accuracy"),
                IntStream.rangeClosed(1, lines)
                        .mapToObj(i -> shown.get((int) ((long) shown.size() * i / lines) - 1))
                        .map(PretrainingCard::line)
                        .toList());
    }

    private static List<String> line(Measurement m) {
        return List.of(
                Numbers.count(m.step()),
                Numbers.count(m.tokens()),
                Numbers.measure(m.loss()),
                m.hasValidation() ? Numbers.measure(m.validationLoss()) : "",
                m.hasValidation() ? Numbers.percent(m.validationAccuracy()) : "");
    }
}
