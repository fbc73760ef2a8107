package org.modernbert4j.checkpoint;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.AttentionKind;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.LayerParameter;
import org.modernbert4j.safetensors.TensorInfo;

/** Shows a checkpoint as a tree of its parameters: where each is stored, in which shape and type, and what does not match. */
public final class ModelTree {
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;

    private final Checkpoint checkpoint;
    private final ModernBertConfig config;
    private final StoredHead head;
    private final Map<ParameterId, long[]> shapes;

    /**
     * @param checkpoint open while the tree is drawn
     * @param head its head
     */
    public ModelTree(Checkpoint checkpoint, StoredHead head) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
        this.head = head;
        shapes = Architecture.encoder(config);
        shapes.putAll(head.shapes());
    }

    /**
     * The tree, in lines that end with a line feed.
     *
     * @param opened which layers show their parameters; the others take one line
     */
    public String text(IntPredicate opened) {
        List<TreeLine> roots = new ArrayList<>();
        roots.add(encoder(opened));
        if (!head.shapes().isEmpty()) {
            List<ParameterId> ids = List.copyOf(head.shapes().keySet());
            roots.add(group("head", String.join(" or ", head.names()), ids, true));
        }
        roots.add(group("total", "", shapes.keySet(), false));
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
                config.layers(),
                config.hiddenSize(),
                config.heads(),
                config.headSize(),
                config.intermediateSize(),
                config.vocabularySize(),
                config.maxPositions(),
                elements(shapes.keySet()),
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
        Map<String, List<ParameterId>> modules = new LinkedHashMap<>();
        shapes.keySet().stream().filter(id -> !(id instanceof HeadParameter)).forEach(id -> modules.computeIfAbsent(
                        module(id), name -> new ArrayList<>())
                .add(id));
        List<TreeLine> lines = new ArrayList<>();
        List<ParameterId> all = new ArrayList<>();
        modules.forEach((name, ids) -> {
            all.addAll(ids);
            lines.add(
                    ids.get(0) instanceof LayerParameter first
                            ? group(name, attention(first.layer()), ids, opened.test(first.layer()))
                            : group(name, "", ids, true));
        });
        return new TreeLine(cells("encoder", "", "", "", elements(all)), lines);
    }

    private static String module(ParameterId id) {
        return id instanceof LayerParameter layer
                ? "layers." + layer.layer()
                : id.name().substring(0, id.name().indexOf('.'));
    }

    private String attention(int layer) {
        return config.attentionKinds().get(layer) == AttentionKind.GLOBAL
                ? "global, theta " + plain(config.globalTheta())
                : "sliding, radius " + config.slidingRadius() + ", theta " + plain(config.localTheta());
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private TreeLine group(String name, String what, Collection<ParameterId> ids, boolean open) {
        List<TreeLine> lines = open ? ids.stream().map(this::parameter).toList() : List.of();
        return new TreeLine(cells(name, what, "", "", elements(ids)), lines);
    }

    private TreeLine parameter(ParameterId id) {
        long[] shape = shapes.get(id);
        String type = checkpoint.stored(id).map(tensor -> tensor.type().name()).orElse("missing");
        return leaf(id.name(), place(id), Arrays.toString(shape), type, Architecture.elements(shape));
    }

    /** The tensor that holds a parameter, with the rows of it where they are not all: {@code Wqkv.weight[0:768]}. */
    private String place(ParameterId id) {
        PublishedName published = PublishedName.of(id);
        String tensor = checkpoint.tensorName(id);
        long rows = shapes.get(id)[0];
        return published.isThird()
                ? "%s[%d:%d]".formatted(tensor, published.third() * rows, (published.third() + 1) * rows)
                : tensor;
    }

    private List<TreeLine> mismatches() {
        List<TreeLine> missing = new ArrayList<>();
        List<TreeLine> reshaped = new ArrayList<>();
        Map<String, TensorInfo> unused =
                new LinkedHashMap<>(checkpoint.tensors().tensors());
        shapes.forEach((id, shape) -> {
            unused.remove(checkpoint.tensorName(id));
            List<Long> wanted = PublishedName.of(id).tensorShape(shape);
            checkpoint
                    .stored(id)
                    .ifPresentOrElse(
                            tensor -> {
                                if (!tensor.shape().equals(wanted)) {
                                    reshaped.add(tensor(tensor, "wanted " + wanted));
                                }
                            },
                            () -> missing.add(parameter(id)));
        });
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

    private long elements(Collection<ParameterId> ids) {
        return ids.stream()
                .mapToLong(id -> Architecture.elements(shapes.get(id)))
                .sum();
    }
}
