package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void metricsHaveALineForEachEpochWithAllDigits() {
        List<EpochResult> epochs = Runs.news().epochs();
        EpochResult first = epochs.get(0);

        List<String> lines = MetricsCsv.of(epochs).lines().toList();

        assertEquals(
                "epoch,step,trainable,train_loss,train_accuracy,train_precision,train_recall,train_f1,"
                        + "validation_loss,validation_accuracy,validation_precision,validation_recall,validation_f1",
                lines.get(0));
        assertEquals(1 + epochs.size(), lines.size());
        List<String> cells = List.of(lines.get(1).split(",", -1));
        assertEquals(List.of("1", "2250", "55178513"), cells.subList(0, 3));
        assertEquals(first.trainLoss(), Double.parseDouble(cells.get(3)));
        assertEquals(first.train().weighted().precision(), Double.parseDouble(cells.get(5)));
        assertEquals(first.validationLoss(), Double.parseDouble(cells.get(8)));
        assertEquals(first.validation().weighted().f1(), Double.parseDouble(cells.get(12)));
    }

    @Test
    void predictionsAreQuotedWhereTheyMustBe() {
        String csv = PredictionsCsv.of(List.of(
                new Prediction(0, "Спорт", "Бывший СССР", 0.1), new Prediction(7, "a,\"b\"", "two\nlines", 1e-7)));

        assertEquals(
                """
                row,label,predicted,probability
                0,Спорт,Бывший СССР,0.1
                7,"a,""b\""","two
                lines",1.0E-7
                """,
                csv);
    }
}
