package org.modernbert4j.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.hub.HubName;

/** The {@code README.md} of a trained model, a model card as the Hugging Face Hub reads it. */
public final class ModelCard {
    private static final String MODEL = "model";

    static final String COMMAND = Markdown.fence("java -jar modernbert4j.jar predict --model DIR \"...\"\n");

    private ModelCard() {}

    /** The card. It names a base model if the setting {@code model} is one of the Hub, {@code owner/name@commit}. */
    public static String of(RunSummary run) {
        return String.join(
                        "\n\n",
                        frontMatter("modernbert4j", run.settings()),
                        "# " + Markdown.escape(run.title()),
                        introduction(run.settings(), run.best()),
                        "## How to use\n\n" + COMMAND,
                        "`DIR` is the folder of this file.",
                        "## Labels\n\n" + Markdown.list(labels(run)),
                        "## Training procedure",
                        "### Training hyperparameters\n\n" + Markdown.pairs(run.settings()),
                        "### What trains\n\n" + phases(run),
                        "### Training results\n\n" + results(run.epochs()),
                        report(run.best()),
                        "### Framework versions\n\n" + Markdown.pairs(run.environment()))
                + "\n";
    }

    static String frontMatter(String library, Map<String, String> settings) {
        return Stream.of(
                        Stream.of("---", "library_name: " + library),
                        baseModel(settings).map(id -> "base_model: " + id),
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

    private static Stream<String> baseModel(Map<String, String> settings) {
        return Stream.ofNullable(settings.get(MODEL))
                .flatMap(model -> HubName.ofDescription(model).stream())
                .map(HubName::repository);
    }

    static String introduction(Map<String, String> settings, EpochResult best) {
        String origin = baseModel(settings)
                .map(id -> "[" + Markdown.escape(id) + "](https://huggingface.co/" + id + ")")
                .findFirst()
                .orElse("a ModernBERT encoder");
        ClassificationMetrics validation = best.validation();
        return "This model is a fine-tuned version of " + origin
                + ". It achieves the following results on the validation texts:\n\n"
                + Markdown.list(Stream.of(
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

    private static String phases(RunSummary run) {
        return Markdown.list(run.phases().stream().map(phase -> "%s: %s of %s parameters (%s): %s"
                .formatted(
                        phase.title(),
                        Numbers.count(phase.first().parameters()),
                        Numbers.count(phase.first().architecture().parameters()),
                        Numbers.percent(phase.first().share()),
                        Markdown.escape(phase.first().description()))));
    }

    static String report(EpochResult result) {
        return "### Classification report\n\nValidation texts after epoch " + result.epoch() + ":\n\n"
                + Markdown.fence(ClassificationReport.text(result.validation()));
    }

    static String results(List<EpochResult> epochs) {
        return Markdown.table(
                List.of("Training Loss", "Epoch", "Step", "Validation Loss", "Accuracy", "Precision", "Recall", "F1"),
                epochs.stream().map(ModelCard::row).toList());
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
}
