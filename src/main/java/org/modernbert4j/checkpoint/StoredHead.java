package org.modernbert4j.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Parameter;

/**
 * The parameters of a checkpoint's head.
 *
 * @param names of the heads that have just these parameters; heads that pool differently share theirs
 * @param parameters in the shapes that they are stored in; none without a head
 */
public record StoredHead(List<String> names, List<Parameter> parameters) {
    /** The head that a checkpoint is known to have. */
    public static StoredHead of(Head head, ModernBertConfig config) {
        return new StoredHead(
                List.of(head.name()), Architecture.of(config, head).ofHead());
    }

    /** What a checkpoint's tensors hold of any head, in the shapes that they have there. */
    public static StoredHead find(Checkpoint checkpoint) {
        Map<String, Parameter> found = new LinkedHashMap<>();
        List<Architecture> candidates = candidates(checkpoint.config());
        for (Architecture candidate : candidates) {
            for (Parameter parameter : candidate.ofHead()) {
                checkpoint
                        .stored(parameter)
                        .ifPresent(tensor -> found.put(parameter.name(), parameter.withShape(tensor.shape())));
            }
        }
        List<String> names = candidates.stream()
                .filter(candidate -> names(candidate).equals(found.keySet()))
                .map(candidate -> candidate.requireHead().name())
                .toList();
        return new StoredHead(names, List.copyOf(found.values()));
    }

    private static Set<String> names(Architecture architecture) {
        return architecture.ofHead().stream().map(Parameter::name).collect(Collectors.toSet());
    }

    private static List<Architecture> candidates(ModernBertConfig config) {
        int classes = config.classifier().labels().size();
        List<Head> heads = new ArrayList<>();
        heads.add(new MaskedLanguageModelHead(config.encoder().vocabularySize()));
        Head.names().forEach(name -> heads.add(Head.named(name, classes, 0)));
        return heads.stream().map(head -> Architecture.of(config, head)).toList();
    }
}
