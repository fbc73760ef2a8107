package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationReport;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;

/** The {@code README.md} of a trained model, a model card as the Hugging Face Hub reads it. */
public final class ModelCard {
    private static final String MODEL = "model";

    static final String COMMAND = Markdown.fence("java -jar modernbert4j.jar predict --model DIR \"...\"\n");

    private ModelCard() {}

    /** The card. It names a base model if the setting {@code model} is one of the Hub, {@code owner/name@commit}. */
    public static String of(RunSummary<ClassificationMetrics> run) {
        Measurement<ClassificationMetrics> best = run.best().orElseThrow();
        Map<String, String> settings = run.run().settings();
        List<String> parts = new ArrayList<>(List.of(
                classifierFrontMatter("modernbert4j", settings),
                "# " + Markdown.escape(run.title()),
                introduction(settings, best.requireValidation()),
                "## How to use\n\n" + COMMAND,
                "`DIR` is the folder of this file.",
                "## Labels\n\n" + Markdown.list(labels(best))));
        run.data()
                .summary()
                .ifPresent(data -> parts.add("## Training data\n\n"
                        + Markdown.list(DataSection.lines(data).map(Markdown::escape))));
        parts.addAll(List.of(
                "## Training procedure",
                "### Training hyperparameters\n\n" + Markdown.pairs(settings),
                "### What trains\n\n" + phases(run),
                "### Training results\n\n" + results(run.measurements()),
                report(best)));
        run.test()
                .ifPresent(test -> parts.add("### Test results\n\nThe best model on the test texts, with a loss of "
                        + Numbers.metric(test.loss()) + ":\n\n"
                        + Markdown.fence(ClassificationReport.text(test.requireMetrics()))));
        parts.add("### Framework versions\n\n" + Markdown.pairs(run.run().environment()));
        return String.join("\n\n", parts) + "\n";
    }

    static String classifierFrontMatter(String library, Map<String, String> settings) {
        return frontMatter(
                library,
                settings,
                "pipeline_tag: text-classification",
                "tags:",
                "- modernbert",
                "metrics:",
                "- accuracy",
                "- precision",
                "- recall",
                "- f1");
    }

    static String frontMatter(String library, Map<String, String> settings, String... more) {
        List<String> lines = new ArrayList<>(List.of("---", "library_name: " + library));
        baseModel(settings).ifPresent(id -> lines.add("base_model: " + id));
        lines.addAll(List.of(more));
        lines.add("---");
        return String.join("\n", lines);
    }

    /** The model on the Hub that a run began with; empty if it began with another. */
    static Optional<String> baseModel(Map<String, String> settings) {
        return Optional.ofNullable(settings.get(MODEL))
                .flatMap(HubName::ofDescription)
                .map(HubName::repository);
    }

    static String introduction(Map<String, String> settings, Outcome<ClassificationMetrics> best) {
        String origin = baseModel(settings)
                .map(id -> "[" + Markdown.escape(id) + "](https://huggingface.co/" + id + ")")
                .orElse("a ModernBERT encoder");
        ClassificationMetrics metrics = best.requireMetrics();
        return "This model is a fine-tuned version of " + origin
                + ". It achieves the following results on the validation texts:\n\n"
                + Markdown.list(Stream.of(
                        "Loss: " + Numbers.metric(best.loss()),
                        "Accuracy: " + Numbers.metric(metrics.accuracy()),
                        "Precision: " + Numbers.metric(metrics.weighted().precision()),
                        "Recall: " + Numbers.metric(metrics.weighted().recall()),
                        "F1: " + Numbers.metric(metrics.weighted().f1())))
                + "\n\nPrecision, recall and F1 are weighted by support.";
    }

    private static Stream<String> labels(Measurement<ClassificationMetrics> best) {
        return best.requireValidation().requireMetrics().classes().stream().map(one -> Markdown.escape(one.name()));
    }

    private static String phases(RunSummary<ClassificationMetrics> run) {
        return Markdown.list(run.phases().stream().map(phase -> "%s: %s of %s parameters (%s): %s"
                .formatted(
                        phase.title(),
                        Numbers.count(phase.first().parameters()),
                        Numbers.count(phase.first().architecture().elements()),
                        Numbers.percent(phase.first().share()),
                        Markdown.escape(phase.first().description()))));
    }

    static String report(Measurement<ClassificationMetrics> measurement) {
        return "### Classification report\n\nValidation texts after epoch " + measurement.epoch() + ":\n\n"
                + Markdown.fence(ClassificationReport.text(
                        measurement.requireValidation().requireMetrics()));
    }

    static String results(List<Measurement<ClassificationMetrics>> measurements) {
        return Markdown.table(
                List.of("Training Loss", "Epoch", "Step", "Validation Loss", "Accuracy", "Precision", "Recall", "F1"),
                measurements.stream().map(ModelCard::row).toList());
    }

    private static List<String> row(Measurement<ClassificationMetrics> measurement) {
        Outcome<ClassificationMetrics> validation = measurement.requireValidation();
        List<String> row = new ArrayList<>(List.of(
                Numbers.metric(measurement.training().loss()),
                Numbers.fixed(measurement.epoch(), 1),
                Integer.toString(measurement.step()),
                Numbers.metric(validation.loss())));
        validation.requireMetrics().headline().forEach(metric -> row.add(Numbers.metric(metric)));
        return row;
    }
}
