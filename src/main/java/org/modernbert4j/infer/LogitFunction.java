package org.modernbert4j.infer;

import java.util.stream.IntStream;
import org.modernbert4j.model.ModernBertConfig.Classifier;
import org.modernbert4j.model.ProblemType;
import org.modernbert4j.task.Evaluation;

/** What becomes of a text's logits: the functions of transformers' pipeline, and which of them it takes for which classifier. */
enum LogitFunction {
    /** Probabilities of labels of which a text has one. */
    SOFTMAX,
    /** Probabilities of labels that do not depend on one another. */
    SIGMOID,
    /** The logits themselves. */
    NONE;

    static LogitFunction of(Classifier classifier) {
        if (classifier.problem() == ProblemType.REGRESSION) {
            return NONE;
        }
        boolean apart = classifier.problem() == ProblemType.MULTI_LABEL
                || classifier.labels().size() == 1;
        return apart ? SIGMOID : SOFTMAX;
    }

    double[] of(Evaluation evaluation, int text) {
        float[] logits = evaluation.logits()[text];
        return switch (this) {
            case SOFTMAX -> evaluation.probabilities(text);
            case SIGMOID ->
                IntStream.range(0, logits.length)
                        .mapToDouble(i -> 1 / (1 + StrictMath.exp(-logits[i])))
                        .toArray();
            case NONE ->
                IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray();
        };
    }
}
