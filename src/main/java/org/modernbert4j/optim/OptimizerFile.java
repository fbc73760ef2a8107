package org.modernbert4j.optim;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;

/** {@value #NAME} of a checkpoint: the state of an optimizer without its steps, which are kept elsewhere. */
public final class OptimizerFile {
    private static final String NAME = "optimizer.safetensors";

    private OptimizerFile() {}

    /**
     * Writes the file into a folder.
     *
     * @throws org.modernbert4j.InputException if it cannot be written
     */
    public static void write(Path folder, Optimizer optimizer, Backend backend) {
        List<TensorSource> tensors = optimizer.state().entrySet().stream()
                .map(entry -> TensorSource.floats(
                        entry.getKey(),
                        Arrays.stream(entry.getValue().shape()).boxed().toList(),
                        () -> backend.read(entry.getValue())))
                .toList();
        SafetensorsWriter.write(folder.resolve(NAME), Map.of(), tensors);
    }

    /**
     * Lets an optimizer go on from the file of a folder.
     *
     * @param steps of each parameter, as {@link Optimizer#steps} gave them when the file was written
     * @throws org.modernbert4j.InputException if the file is missing or is not of this network
     */
    public static void read(Path folder, Optimizer optimizer, Map<String, Integer> steps, Backend backend) {
        optimizer.restore(steps);
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(NAME))) {
            optimizer.state().forEach((name, array) -> backend.write(array, into -> file.readFloats(name, into)));
        }
    }
}
