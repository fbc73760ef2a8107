package org.modernbert4j.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.ParameterId.HeadParameter;

/**
 * The parameters of a checkpoint's head.
 *
 * @param names of the heads that have just these parameters; heads that pool differently share theirs
 * @param shapes of each parameter; empty without a head
 */
public record StoredHead(List<String> names, Map<HeadParameter, long[]> shapes) {
    /** The head that a checkpoint is known to have. */
    public static StoredHead of(Head head, ModernBertConfig config) {
        return new StoredHead(List.of(head.name()), head.shapes(config));
    }

    /** What a checkpoint's tensors hold of any head, in the shapes that they have there. */
    public static StoredHead find(Checkpoint checkpoint) {
        ModernBertConfig config = checkpoint.config();
        Map<HeadParameter, long[]> found = new LinkedHashMap<>();
        List<Head> heads = allHeads(config);
        for (Head head : heads) {
            for (HeadParameter id : head.shapes(config).keySet()) {
                checkpoint
                        .stored(id)
                        .ifPresent(tensor -> found.put(
                                id, tensor.shape().stream().mapToLong(n -> n).toArray()));
            }
        }
        List<String> names = heads.stream()
                .filter(head -> head.shapes(config).keySet().equals(found.keySet()))
                .map(Head::name)
                .toList();
        return new StoredHead(names, found);
    }

    private static List<Head> allHeads(ModernBertConfig config) {
        int classes = config.id2label().size();
        List<Head> heads = new ArrayList<>();
        heads.add(new Head.MaskedLanguageModel(config.vocabularySize()));
        Head.NAMES.forEach(name -> heads.add(Head.named(name, classes, 0)));
        return heads;
    }
}
