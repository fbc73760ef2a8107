package org.modernbert4j.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.Numbers;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.EncoderConfig;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Task.Source;
import org.modernbert4j.task.TokenAccuracy;

/** The {@code README.md} of a pre-trained model, a model card as the Hugging Face Hub reads it. */
public final class PretrainingCard {
    /** Lines of the loss curve at most. */
    private static final int CURVE = 20;

    /** Settings of a run that pretrain has no option for. */
    private static final Set<String> NO_OPTIONS = Set.of(
            "data sha256",
            "train",
            "optimizer",
            "head learning rate",
            "layer decay",
            "log every",
            "planned before",
            "backend before");

    private static final String STEPS = "steps";
    private static final String EPOCHS = "epochs";
    private static final String PLAIN_WORD = "[\\p{IsAlphabetic}\\p{IsDigit}_.,:/+@%-]+";

    private PretrainingCard() {}

    /**
     * The card. It names a base model if the setting {@code model} is one of the Hub, {@code owner/name@commit}.
     *
     * @param run of the task {@link org.modernbert4j.task.MaskedTokens}, with or without validation
     */
    public static String of(RunSummary<TokenAccuracy> run) {
        Measurement<TokenAccuracy> last = run.last();
        return String.join(
                        "\n\n",
                        ModelCard.frontMatter(
                                "modernbert4j",
                                run.run().settings(),
                                "pipeline_tag: fill-mask",
                                "tags:",
                                "- modernbert",
                                "- masked-lm"),
                        "# " + Markdown.escape(run.title()),
                        introduction(run.planOf(last).architecture(), last),
                        "## How to use\n\n"
                                + Markdown.fence(
                                        "java -jar modernbert4j.jar train --model DIR --data news.csv --label topic"
                                                + " --output runs/news\n"),
                        "`DIR` is the folder of this file; transformers' `AutoModelForMaskedLM.from_pretrained` reads"
                                + " it as well.",
                        "## Training data\n\n" + data(run.data().sources()),
                        "## Training procedure",
                        "%s steps, %s tokens, %s. %s"
                                .formatted(
                                        Numbers.count(last.step()),
                                        Numbers.count(last.tokens()),
                                        Numbers.duration(last.seconds()),
                                        repetition(run.run().settings())),
                        Markdown.fence(command(run.run().settings())),
                        "### Loss\n\n" + curve(run.measurements()),
                        "### Framework versions\n\n" + Markdown.pairs(run.run().environment()))
                + "\n";
    }

    private static String repetition(Map<String, String> settings) {
        String planned = settings.get("planned before");
        String backend = settings.get("backend before");
        String moved = backend == null ? "" : "The run was on another backend at first (" + backend + "). ";
        if (planned != null) {
            return moved + "The run was planned for " + planned
                    + ", and went on for another number, so this command alone makes other weights:";
        }
        return moved.isEmpty()
                ? "The same command on the same files makes the same weights again:"
                : moved + "So this command alone makes the same weights to rounding only:";
    }

    private static String introduction(Architecture architecture, Measurement<TokenAccuracy> last) {
        EncoderConfig encoder = architecture.config().encoder();
        String sizes =
                "A ModernBERT encoder with %s parameters, trained to guess hidden tokens: %d layers of width %d, %d heads, a vocabulary of %s, up to %s tokens."
                        .formatted(
                                Numbers.count(architecture.elements()),
                                encoder.layers(),
                                encoder.hiddenSize(),
                                encoder.attention().heads(),
                                Numbers.count(encoder.vocabularySize()),
                                Numbers.count(encoder.maxPositions()));
        return sizes + last.validation().map(PretrainingCard::result).orElse("");
    }

    private static String result(Outcome<TokenAccuracy> validation) {
        return " On texts that it was not trained on it guesses %s of the hidden tokens, at a loss of %s."
                .formatted(accuracy(validation), Numbers.metric(validation.loss()));
    }

    private static String accuracy(Outcome<TokenAccuracy> validation) {
        return Numbers.percent(validation.requireMetrics().accuracy());
    }

    private static String data(List<Source> sources) {
        return Markdown.table(
                List.of("File", "Texts", "Tokens", "SHA-256"),
                sources.stream()
                        .map(source -> List.of(
                                Markdown.escape(source.path().getFileName().toString()),
                                Numbers.count(source.texts()),
                                Numbers.count(source.tokens()),
                                "`" + source.sha256() + "`"))
                        .toList());
    }

    private static String command(Map<String, String> settings) {
        Map<String, String> options = new LinkedHashMap<>(settings);
        options.keySet().removeAll(NO_OPTIONS);
        if (options.containsKey(STEPS)) {
            options.remove(EPOCHS);
        }
        return options.entrySet().stream()
                .map(option -> "--" + option.getKey().replace(' ', '-') + " " + quoted(option.getValue()))
                .collect(Collectors.joining(" ", "java -jar modernbert4j.jar pretrain ", "\n"));
    }

    private static String quoted(String word) {
        return word.matches(PLAIN_WORD) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Measurements with validation where there are any, so many of them that they fill a table. */
    private static String curve(List<Measurement<TokenAccuracy>> measurements) {
        boolean validated =
                measurements.stream().anyMatch(one -> one.validation().isPresent());
        List<Measurement<TokenAccuracy>> shown = measurements.stream()
                .filter(one -> one.validation().isPresent() || !validated)
                .toList();
        int lines = Math.min(CURVE, shown.size());
        return Markdown.table(
                List.of("Step", "Tokens", "Training Loss", "Validation Loss", "Masked Accuracy"),
                IntStream.rangeClosed(1, lines)
                        .mapToObj(i -> shown.get((int) ((long) shown.size() * i / lines) - 1))
                        .map(PretrainingCard::line)
                        .toList());
    }

    private static List<String> line(Measurement<TokenAccuracy> measurement) {
        return List.of(
                Numbers.count(measurement.step()),
                Numbers.count(measurement.tokens()),
                Numbers.metric(measurement.training().loss()),
                measurement
                        .validation()
                        .map(validation -> Numbers.metric(validation.loss()))
                        .orElse(""),
                measurement.validation().map(PretrainingCard::accuracy).orElse(""));
    }
}
