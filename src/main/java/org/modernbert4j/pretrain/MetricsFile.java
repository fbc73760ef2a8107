package org.modernbert4j.pretrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;
import org.modernbert4j.train.RunFolder;

/** {@code metrics.csv} of a run's folder: a line for each measurement, written as it is made. */
final class MetricsFile {
    private static final String NAME = "metrics.csv";
    private static final String HEADER = "step,loss,learning_rate,tokens,seconds,validation_loss,validation_accuracy\n";

    private MetricsFile() {}

    /** Begins the file anew with what has been measured so far. */
    static void begin(Path run, List<Measurement> measurements) {
        RunFolder.writeText(
                run.resolve(NAME),
                HEADER + measurements.stream().map(MetricsFile::line).collect(Collectors.joining()));
    }

    /** Adds a line. */
    static void add(Path run, Measurement measurement) {
        Path file = run.resolve(NAME);
        try {
            Files.writeString(file, line(measurement), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); make room and resume", e);
        }
    }

    private static String line(Measurement m) {
        String validation = m.hasValidation() ? m.validationLoss() + "," + m.validationAccuracy() : ",";
        return "%d,%s,%s,%d,%s,%s\n"
                .formatted(m.step(), m.loss(), m.learningRate(), m.tokens(), m.seconds(), validation);
    }
}
