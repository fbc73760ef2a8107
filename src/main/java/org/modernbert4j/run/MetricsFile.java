package org.modernbert4j.run;

import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.modernbert4j.OutputFile;
import org.modernbert4j.data.Csv;
import org.modernbert4j.task.Column;
import org.modernbert4j.task.Measurement;

/**
 * {@code metrics.csv} of a run's folder: a line for each measurement, written as it is made.
 *
 * @param run the run's folder
 * @param columns of the table
 */
record MetricsFile<M>(Path run, List<Column<M>> columns) {
    /** Begins the file anew with what has been measured so far. */
    void begin(List<Measurement<M>> measurements) {
        List<String> names = columns.stream().map(Column::name).toList();
        write(Csv.of(names, measurements.stream().map(this::row)));
    }

    /** Adds a line. */
    void add(Measurement<M> measurement) {
        write(Csv.row(row(measurement)), StandardOpenOption.APPEND);
    }

    private void write(String text, OpenOption... options) {
        OutputFile.write(run.resolve("metrics.csv"), text, "make room and resume", options);
    }

    private List<Object> row(Measurement<M> measurement) {
        return columns.stream().map(column -> column.cell().apply(measurement)).toList();
    }
}
