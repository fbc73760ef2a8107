package org.modernbert4j.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A column of {@code metrics.csv}.
 *
 * @param <M> the task's metrics
 * @param name its header
 * @param cell what it holds for a measurement; an empty text where that has none
 */
public record Column<M>(String name, Function<Measurement<M>, Object> cell) {
    /**
     * A column for the loss and one for each metric of some texts.
     *
     * @param prefix of their names, with what separates it
     * @param texts what was found on these texts
     * @param metrics by name
     */
    static <M> List<Column<M>> of(
            String prefix,
            Function<Measurement<M>, Optional<Outcome<M>>> texts,
            Map<String, Function<M, Object>> metrics) {
        List<Column<M>> columns = new ArrayList<>();
        columns.add(new Column<>(
                prefix + "loss",
                one -> texts.apply(one).<Object>map(Outcome::loss).orElse("")));
        metrics.forEach((name, metric) -> columns.add(new Column<>(
                prefix + name,
                one -> texts.apply(one).flatMap(Outcome::metrics).map(metric).orElse(""))));
        return columns;
    }
}
