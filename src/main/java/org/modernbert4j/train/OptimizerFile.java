package org.modernbert4j.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@code optimizer.safetensors}: the moments that AdamW remembers, named as torch names them. */
public final class OptimizerFile {
    private static final String NAME = "optimizer.safetensors";
    private static final String MEAN = "exp_avg.";
    private static final String MEAN_SQUARE = "exp_avg_sq.";

    private OptimizerFile() {}

    /**
     * Writes the file into a folder.
     *
     * @return steps of each parameter that has moments, by its name, which are kept elsewhere
     * @throws InputException if it cannot be written
     */
    public static Map<String, Integer> write(Path folder, AdamW optimizer) {
        List<TensorSource> moments = new ArrayList<>();
        Map<String, Integer> steps = new LinkedHashMap<>();
        optimizer.states().forEach((id, moment) -> {
            moments.add(tensor(MEAN + id.name(), moment.mean()));
            moments.add(tensor(MEAN_SQUARE + id.name(), moment.meanSquare()));
            steps.put(id.name(), moment.steps());
        });
        SafetensorsWriter.write(folder.resolve(NAME), Map.of(), moments);
        return steps;
    }

    private static TensorSource tensor(String name, INDArray array) {
        List<Long> shape = Arrays.stream(array.shape()).boxed().toList();
        return TensorSource.floats(name, shape, () -> array.data().asNioFloat());
    }

    /**
     * Reads the file of a folder.
     *
     * @param steps of each parameter, as {@link #write} gave them
     * @param architecture whose parameters they are
     * @param optimizer goes on from what is read
     * @throws InputException if the file is missing or is not of this network
     */
    public static void read(Path folder, Map<String, Integer> steps, Architecture architecture, AdamW optimizer) {
        try (SafetensorsFile moments = SafetensorsFile.open(folder.resolve(NAME))) {
            architecture.shapes().forEach((id, shape) -> {
                if (steps.containsKey(id.name())) {
                    optimizer.restore(
                            id,
                            new AdamW.State(
                                    read(moments, MEAN + id.name(), shape),
                                    read(moments, MEAN_SQUARE + id.name(), shape),
                                    steps.get(id.name())));
                }
            });
        }
    }

    private static INDArray read(SafetensorsFile file, String name, long[] shape) {
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
        file.readFloats(name, array.data().asNioFloat());
        return array;
    }
}
