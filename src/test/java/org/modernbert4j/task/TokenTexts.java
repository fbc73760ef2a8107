package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.data.BatchOrder;
import org.modernbert4j.data.Tables;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.ModernBertConfig;

/** Classification of tokens without a text behind them. */
public final class TokenTexts {
    private TokenTexts() {}

    /**
     * A task.
     *
     * @param head which one, and its dropout
     * @param labels which the texts have in turn
     */
    public static Task<ClassificationMetrics> task(
            ModernBertConfig config,
            HeadSettings head,
            List<String> labels,
            List<TokenizedText> training,
            List<TokenizedText> validation) {
        return new SingleLabelTask(
                config.withLabels(labels),
                head,
                new Task.TokenizedTexts(training, validation, List.of()),
                new SingleLabelTask.Truth(classes(training, labels), classes(validation, labels), new int[0]),
                new Tables(List.of(Path.of("texts.csv")), List.of(0)),
                Optional.empty(),
                BatchOrder.RANDOM,
                42);
    }

    private static int[] classes(List<TokenizedText> texts, List<String> labels) {
        return IntStream.range(0, texts.size()).map(i -> i % labels.size()).toArray();
    }
}
