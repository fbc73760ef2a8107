package org.modernbert4j.report;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The {@code README.md} of a trained model, a model card as the Hugging Face Hub reads it. */
public final class ModelCard {
    private static final String MODEL = "model";
    private static final Pattern HUB_ID = Pattern.compile("\\w[\\w.-]*/\\w[\\w.-]*");

    private ModelCard() {}

    /** The card. It names a base model if the setting {@code model} is an id of the Hub, {@code owner/name}. */
    public static String of(RunSummary run) {
        return String.join(
                        "\n\n",
                        frontMatter(run),
                        "# " + Markdown.escape(run.title()),
                        introduction(run),
                        "## How to use\n\n"
                                + Markdown.fence("java -jar modernbert4j.jar predict --model DIR \"...\"\n"),
                        "`DIR` is the folder of this file.",
                        "## Labels\n\n" + list(labels(run)),
                        "## Training procedure",
                        "### Training hyperparameters\n\n" + pairs(run.settings()),
                        "### What trains\n\n" + phases(run),
                        "### Training results\n\n" + results(run),
                        "### Classification report\n\nValidation texts after epoch " + run.bestEpoch() + ":\n\n"
                                + Markdown.fence(
                                        ClassificationReport.text(run.best().validation())),
                        "### Framework versions\n\n" + pairs(run.environment()))
                + "\n";
    }

    private static String frontMatter(RunSummary run) {
        return Stream.of(
                        Stream.of("---", "library_name: modernbert4j"),
                        baseModel(run).map(id -> "base_model: " + id),
                        Stream.of(
                                "pipeline_tag: text-classification",
                                "tags:",
                                "- modernbert",
                                "metrics:",
                                "- accuracy",
                                "- precision",
                                "- recall",
                                "- f1",
                                "---"))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private static Stream<String> baseModel(RunSummary run) {
        return Stream.ofNullable(run.settings().get(MODEL))
                .filter(id -> HUB_ID.matcher(id).matches());
    }

    private static String introduction(RunSummary run) {
        String origin = baseModel(run)
                .map(id -> "[" + Markdown.escape(id) + "](https://huggingface.co/" + id + ")")
                .findFirst()
                .orElse("a ModernBERT encoder");
        EpochResult best = run.best();
        ClassificationMetrics validation = best.validation();
        return "This model is a fine-tuned version of " + origin
                + ". It achieves the following results on the validation texts:\n\n"
                + list(Stream.of(
                        "Loss: " + Numbers.measure(best.validationLoss()),
                        "Accuracy: " + Numbers.measure(validation.accuracy()),
                        "Precision: " + Numbers.measure(validation.weighted().precision()),
                        "Recall: " + Numbers.measure(validation.weighted().recall()),
                        "F1: " + Numbers.measure(validation.weighted().f1())))
                + "\n\nPrecision, recall and F1 are weighted by support.";
    }

    private static Stream<String> labels(RunSummary run) {
        return run.best().validation().classes().stream().map(one -> Markdown.escape(one.name()));
    }

    private static String pairs(Map<String, String> pairs) {
        return list(pairs.entrySet().stream()
                .map(pair -> Markdown.escape(pair.getKey()) + ": " + Markdown.escape(pair.getValue())));
    }

    private static String phases(RunSummary run) {
        return list(run.phases().stream().map(phase -> "%s: %s of %s parameters (%s): %s"
                .formatted(
                        phase.title(),
                        Numbers.count(phase.first().parameters()),
                        Numbers.count(phase.first().architecture().parameters()),
                        Numbers.percent(phase.first().share()),
                        Markdown.escape(phase.first().description()))));
    }

    private static String results(RunSummary run) {
        return Markdown.table(
                List.of("Training Loss", "Epoch", "Step", "Validation Loss", "Accuracy", "Precision", "Recall", "F1"),
                run.epochs().stream().map(ModelCard::row).toList());
    }

    private static List<String> row(EpochResult result) {
        ClassificationMetrics validation = result.validation();
        return List.of(
                Numbers.measure(result.trainLoss()),
                Numbers.fixed(result.epoch(), 1),
                Integer.toString(result.step()),
                Numbers.measure(result.validationLoss()),
                Numbers.measure(validation.accuracy()),
                Numbers.measure(validation.weighted().precision()),
                Numbers.measure(validation.weighted().recall()),
                Numbers.measure(validation.weighted().f1()));
    }

    private static String list(Stream<String> items) {
        return items.map(item -> "- " + item).collect(Collectors.joining("\n"));
    }
}
