package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.Runs;
import org.modernbert4j.task.Measurement;

class RunSummaryTest {
    private static final RunSummary<ClassificationMetrics> NEWS = Runs.news();

    @Test
    void aRunHasAMeasurementAndAPlanForEach() {
        assertThrows(IllegalArgumentException.class, () -> with(List.of()));
        List<Measurement<ClassificationMetrics>> four =
                Runs.run("t", Runs.TOPICS, "full", 4).measurements();
        assertThrows(IllegalArgumentException.class, () -> with(four));
        assertEquals(2, with(NEWS.measurements().subList(0, 2)).phases().size());
    }

    @Test
    void itsMetricsAreOfOneType() {
        assertEquals(NEWS, NEWS.of(ClassificationMetrics.class).orElseThrow());
        assertTrue(NEWS.of(String.class).isEmpty());
    }

    private static RunSummary<ClassificationMetrics> with(List<Measurement<ClassificationMetrics>> measurements) {
        return new RunSummary<>(
                "t", NEWS.run(), NEWS.data(), NEWS.plan(), measurements, NEWS.best(), Optional.empty(), List.of());
    }
}
