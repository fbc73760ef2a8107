package org.modernbert4j.optim;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;

/** {@value #NAME} of a checkpoint: the state of an optimizer without its steps, which are kept elsewhere. */
public final class OptimizerFile {
    private static final String NAME = OwnFiles.OPTIMIZER;

    private OptimizerFile() {}

    /**
     * Writes the file into a folder.
     *
     * @throws InputException if it cannot be written
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
     * @throws InputException if the file is missing, has not the state of these parameters of this network, or holds NaN or infinities
     */
    public static void read(Path folder, Optimizer optimizer, Map<String, Integer> steps, Backend backend) {
        optimizer.restore(steps);
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(NAME))) {
            Map<String, Array> state = optimizer.state();
            requireSame(file, state);
            state.forEach((name, array) -> backend.write(array, into -> file.readFinite(name, 0, into)));
        }
    }

    /** A tensor that only one of the two has would be lost, or begin anew, without a word. */
    private static void requireSame(SafetensorsFile file, Map<String, Array> state) {
        Set<String> differing = new TreeSet<>(file.tensors().keySet());
        differing.removeAll(state.keySet());
        state.forEach((name, array) -> {
            List<Long> shape = Arrays.stream(array.shape()).boxed().toList();
            boolean fits = file.tensors().containsKey(name)
                    && file.tensor(name).shape().equals(shape);
            if (!fits) {
                differing.add(name);
            }
        });
        if (!differing.isEmpty()) {
            throw new InputException(file.path() + ": found other tensors than the checkpoint's optimizer_steps name,"
                    + " expected the same; they differ in "
                    + differing.iterator().next()
                    + "; go on from an earlier checkpoint");
        }
    }
}
