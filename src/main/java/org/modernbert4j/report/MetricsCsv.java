package org.modernbert4j.report;

import java.util.List;

/** The table of a run's measures, for other programs. It holds no times: the same run gives the same bytes. */
public final class MetricsCsv {
    private static final List<String> HEADER = List.of(
            "epoch",
            "step",
            "trainable",
            "train_loss",
            "train_accuracy",
            "train_precision",
            "train_recall",
            "train_f1",
            "validation_loss",
            "validation_accuracy",
            "validation_precision",
            "validation_recall",
            "validation_f1");

    private MetricsCsv() {}

    /**
     * A header and a line for each epoch, RFC 4180 with {@code \n}. Precision, recall and F1 are the means weighted by support;
     * numbers have all their digits.
     */
    public static String of(List<EpochResult> epochs) {
        return Csv.of(HEADER, epochs.stream().map(MetricsCsv::row));
    }

    private static List<?> row(EpochResult result) {
        ClassificationMetrics train = result.train();
        ClassificationMetrics validation = result.validation();
        return List.of(
                result.epoch(),
                result.step(),
                result.trainable(),
                result.trainLoss(),
                train.accuracy(),
                train.weighted().precision(),
                train.weighted().recall(),
                train.weighted().f1(),
                result.validationLoss(),
                validation.accuracy(),
                validation.weighted().precision(),
                validation.weighted().recall(),
                validation.weighted().f1());
    }
}
