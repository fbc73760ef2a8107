package org.modernbert4j.report;

import java.util.List;

/** The table of predictions, for other programs. */
public final class PredictionsCsv {
    private static final List<String> HEADER = List.of("row", "label", "predicted", "probability");

    private PredictionsCsv() {}

    /** A header and a line for each prediction, in the order given, RFC 4180 with {@code \n}; probabilities have all their digits. */
    public static String of(List<Prediction> predictions) {
        return Csv.of(HEADER, predictions.stream().map(PredictionsCsv::row));
    }

    private static List<?> row(Prediction prediction) {
        return List.of(prediction.row(), prediction.label(), prediction.predicted(), prediction.probability());
    }
}
