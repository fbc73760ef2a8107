package org.modernbert4j.checkpoint;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.AttentionConfig;
import org.modernbert4j.model.EncoderConfig;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;
import org.modernbert4j.model.Published;
import org.modernbert4j.safetensors.TensorInfo;

/** Shows a checkpoint as a tree of its parameters: where each is stored, in which shape and type, and what does not match. */
public final class ModelTree {
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;

    private final Checkpoint checkpoint;
    private final EncoderConfig encoder;
    private final StoredHead head;
    private final List<Parameter> parameters;

    /**
     * @param checkpoint open while the tree is drawn
     * @param head its head
     */
    public ModelTree(Checkpoint checkpoint, StoredHead head) {
        this.checkpoint = checkpoint;
        encoder = checkpoint.config().encoder();
        this.head = head;
        parameters = new ArrayList<>(Architecture.of(checkpoint.config()).parameters());
        parameters.addAll(head.parameters());
    }

    /**
     * The tree, in lines that end with a line feed.
     *
     * @param opened which layers show their parameters; the others take one line
     */
    public String text(IntPredicate opened) {
        List<TreeLine> roots = new ArrayList<>();
        roots.add(encoder(opened));
        if (!head.parameters().isEmpty()) {
            roots.add(group("head", String.join(" or ", head.names()), head.parameters(), true));
        }
        roots.add(group("total", "", parameters, false));
        roots.addAll(mismatches());
        return summary() + TreeLine.text(roots);
    }

    private String summary() {
        Collection<TensorInfo> tensors = checkpoint.tensors().tensors().values();
        long bytes = tensors.stream().mapToLong(TensorInfo::byteCount).sum();
        String types = tensors.stream()
                .map(tensor -> tensor.type().name())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" and "));
        return String.format(
                Locale.ROOT,
                """
                ModernBERT: %d layers, hidden %d, %d heads x %d, intermediate %d, vocabulary %,d, positions %,d
                %,d parameters; stored: %,d tensors, %s, %s

                """,
                encoder.layers(),
                encoder.hiddenSize(),
                encoder.attention().heads(),
                encoder.headSize(),
                encoder.mlp().intermediateSize(),
                encoder.vocabularySize(),
                encoder.maxPositions(),
                elements(parameters),
                tensors.size(),
                size(bytes),
                types);
    }

    private static String size(long bytes) {
        return bytes < MIB
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / (double) KIB)
                : String.format(Locale.ROOT, "%,.1f MiB", bytes / (double) MIB);
    }

    private TreeLine encoder(IntPredicate opened) {
        Map<Place, List<Parameter>> places = new LinkedHashMap<>();
        List<Parameter> ofEncoder =
                parameters.stream().filter(parameter -> !parameter.isOfHead()).toList();
        ofEncoder.forEach(parameter -> places.computeIfAbsent(parameter.place(), place -> new ArrayList<>())
                .add(parameter));
        List<TreeLine> lines = new ArrayList<>();
        places.forEach((place, ofPlace) -> lines.add(
                place instanceof Place.Layer layer
                        ? group(
                                "layers." + layer.number(),
                                attention(layer.number()),
                                ofPlace,
                                opened.test(layer.number()))
                        : group(place.toString().replace(' ', '_'), "", ofPlace, true)));
        return new TreeLine(cells("encoder", "", "", "", elements(ofEncoder)), lines);
    }

    private String attention(int layer) {
        AttentionConfig attention = encoder.attention();
        String reach = attention.isGlobal(layer) ? "global" : "sliding, radius " + attention.slidingRadius();
        return reach + ", theta " + plain(attention.theta(layer));
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private TreeLine group(String name, String what, Collection<Parameter> some, boolean open) {
        List<TreeLine> lines = open ? some.stream().map(this::line).toList() : List.of();
        return new TreeLine(cells(name, what, "", "", elements(some)), lines);
    }

    private TreeLine line(Parameter parameter) {
        String type =
                checkpoint.stored(parameter).map(tensor -> tensor.type().name()).orElse("missing");
        return leaf(parameter.name(), tensor(parameter), parameter.shape().toString(), type, parameter.elements());
    }

    /** The tensor that holds a parameter, with the rows of it where they are not all: {@code Wqkv.weight[0:768]}. */
    private String tensor(Parameter parameter) {
        Published published = parameter.published();
        String tensor = checkpoint.tensorName(parameter);
        long rows = parameter.shape().get(0);
        return published.isWhole()
                ? tensor
                : "%s[%d:%d]".formatted(tensor, published.part() * rows, (published.part() + 1) * rows);
    }

    private List<TreeLine> mismatches() {
        List<TreeLine> missing = new ArrayList<>();
        List<TreeLine> reshaped = new ArrayList<>();
        Map<String, TensorInfo> unused =
                new LinkedHashMap<>(checkpoint.tensors().tensors());
        for (Parameter parameter : parameters) {
            unused.remove(checkpoint.tensorName(parameter));
            List<Long> wanted = Checkpoint.tensorShape(parameter);
            Optional<TensorInfo> stored = checkpoint.stored(parameter);
            if (stored.isEmpty()) {
                missing.add(line(parameter));
            } else if (!stored.get().shape().equals(wanted)) {
                reshaped.add(tensor(stored.get(), "wanted " + wanted));
            }
        }
        unused.remove(Checkpoint.TIED_DECODER);
        List<TreeLine> unexpected =
                unused.values().stream().map(tensor -> tensor(tensor, "")).toList();
        List<TreeLine> all = new ArrayList<>();
        addIfAny(all, "UNEXPECTED", "in the file, not used", unexpected);
        addIfAny(all, "MISSING", "not in the file", missing);
        addIfAny(
                all,
                "SHAPE",
                "another than config.json wants",
                reshaped.stream().distinct().toList());
        return all;
    }

    private static void addIfAny(List<TreeLine> roots, String name, String what, List<TreeLine> lines) {
        if (!lines.isEmpty()) {
            roots.add(new TreeLine(List.of(name, what, "", "", ""), lines));
        }
    }

    private static TreeLine tensor(TensorInfo tensor, String remark) {
        return leaf(
                tensor.name(), remark, tensor.shape().toString(), tensor.type().name(), tensor.elements());
    }

    private static TreeLine leaf(String name, String place, String shape, String type, long elements) {
        return new TreeLine(cells(name, place, shape, type, elements), List.of());
    }

    private static List<String> cells(String name, String place, String shape, String type, long elements) {
        return List.of(name, place, shape, type, String.format(Locale.ROOT, "%,d", elements));
    }

    private static long elements(Collection<Parameter> some) {
        return some.stream().mapToLong(Parameter::elements).sum();
    }
}
