package org.modernbert4j.checkpoint;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.EncoderConfig;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Parameter.Published;
import org.modernbert4j.model.Place;
import org.modernbert4j.safetensors.TensorInfo;

/** Prints the parameters of a checkpoint as a tree, with tensor, shape and type of each, and lists mismatches. */
public final class ModelTree {
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;
    private static final String GAP = "  ";

    /**
     * A line of a tree.
     *
     * @param cells the texts of its columns, as many in every line; the last column is right-aligned
     * @param below the lines of its subtree
     */
    private record Line(List<String> cells, List<Line> below) {
        static Line of(String name, String what, String shape, String type, long elements, List<Line> below) {
            return new Line(List.of(name, what, shape, type, Numbers.count(elements)), below);
        }

        private void drawBelow(String indent, List<List<String>> rows) {
            for (int i = 0; i < below.size(); i++) {
                Line line = below.get(i);
                boolean last = i == below.size() - 1;
                List<String> row = new ArrayList<>(line.cells);
                row.set(0, indent + (last ? "└── " : "├── ") + row.get(0));
                rows.add(row);
                line.drawBelow(indent + (last ? "    " : "│   "), rows);
            }
        }
    }

    private final Checkpoint checkpoint;
    private final EncoderConfig encoder;
    private final List<Parameter> ofEncoder;
    private final String headNames;
    private final List<Parameter> ofHead;

    private ModelTree(Checkpoint checkpoint, String headNames, List<Parameter> ofHead) {
        this.checkpoint = checkpoint;
        encoder = checkpoint.config().encoder();
        ofEncoder = Architecture.of(checkpoint.config()).parameters();
        this.headNames = headNames;
        this.ofHead = ofHead;
    }

    /**
     * The tree of a checkpoint.
     *
     * @param checkpoint must stay open while the tree is drawn
     * @param head the head; if empty, the tree shows the tensors of all known heads and names the heads with exactly these tensors
     */
    public static ModelTree of(Checkpoint checkpoint, Optional<Head> head) {
        return head.map(known -> new ModelTree(
                        checkpoint,
                        known.name(),
                        Architecture.of(checkpoint.config(), known).ofHead()))
                .orElseGet(() -> inferred(checkpoint));
    }

    private static ModelTree inferred(Checkpoint checkpoint) {
        List<Architecture> candidates = knownHeads(checkpoint.config())
                .map(known -> Architecture.of(checkpoint.config(), known))
                .toList();
        Map<String, Parameter> found = new LinkedHashMap<>();
        candidates.stream().flatMap(candidate -> candidate.ofHead().stream()).forEach(parameter -> checkpoint
                .stored(parameter)
                .ifPresent(tensor -> found.put(parameter.name(), parameter.withShape(tensor.shape()))));
        String names = candidates.stream()
                .filter(candidate -> candidate.ofHead().stream()
                        .map(Parameter::name)
                        .collect(Collectors.toSet())
                        .equals(found.keySet()))
                .map(candidate -> candidate.requireHead().name())
                .collect(Collectors.joining(" or "));
        boolean ofTokens = checkpoint.config().publishedClass().equals(Optional.of(Checkpoint.TOKEN_CLASSIFIER));
        return new ModelTree(checkpoint, ofTokens ? Checkpoint.TOKEN_CLASSIFIER : names, List.copyOf(found.values()));
    }

    private static Stream<Head> knownHeads(ModernBertConfig config) {
        int classes = config.classifier().labels().size();
        return Stream.concat(
                Stream.of(new MaskedLanguageModelHead(config.encoder().vocabularySize())),
                Head.names().stream().map(name -> Head.named(name, classes, 0)));
    }

    /**
     * Reads all weights once, and keeps none.
     *
     * @throws org.modernbert4j.InputException if one is NaN or infinite
     */
    public void requireFinite() {
        parameters().stream()
                .flatMap(parameter -> checkpoint.stored(parameter).stream())
                .map(TensorInfo::name)
                .distinct()
                .forEach(checkpoint.tensors()::requireFinite);
    }

    /**
     * The text of the tree; each line ends with a line feed.
     *
     * @param opened tells which layers show their parameters; each other layer is one line
     */
    public String text(IntPredicate opened) {
        List<Line> roots = new ArrayList<>();
        roots.add(encoder(opened));
        if (!ofHead.isEmpty()) {
            roots.add(group("head", headNames, ofHead, true));
        }
        roots.add(group("total", "", parameters(), false));
        addMismatches(roots);
        return summary() + draw(roots);
    }

    private List<Parameter> parameters() {
        return Stream.of(ofEncoder, ofHead).flatMap(List::stream).toList();
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
                elements(parameters()),
                tensors.size(),
                size(bytes),
                types);
    }

    private static String size(long bytes) {
        return bytes < MIB
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / (double) KIB)
                : String.format(Locale.ROOT, "%,.1f MiB", bytes / (double) MIB);
    }

    private Line encoder(IntPredicate opened) {
        Map<Place, List<Parameter>> places = new LinkedHashMap<>();
        ofEncoder.forEach(parameter -> places.computeIfAbsent(parameter.place(), place -> new ArrayList<>())
                .add(parameter));
        List<Line> lines = new ArrayList<>();
        places.forEach((place, ofPlace) -> {
            if (place.layer().isPresent()) {
                int layer = place.layer().getAsInt();
                lines.add(group("layers." + layer, attention(layer), ofPlace, opened.test(layer)));
            } else {
                lines.add(group(place.toString().replace(' ', '_'), "", ofPlace, true));
            }
        });
        return Line.of("encoder", "", "", "", elements(ofEncoder), lines);
    }

    private String attention(int layer) {
        EncoderConfig.Attention attention = encoder.attention();
        String reach = attention.isGlobal(layer) ? "global" : "sliding, radius " + attention.slidingRadius();
        return reach + ", theta " + plain(attention.theta(layer));
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private Line group(String name, String what, Collection<Parameter> some, boolean open) {
        List<Line> lines = open ? some.stream().map(this::line).toList() : List.of();
        return Line.of(name, what, "", "", elements(some), lines);
    }

    private Line line(Parameter parameter) {
        String type =
                checkpoint.stored(parameter).map(tensor -> tensor.type().name()).orElse("missing");
        String shape = parameter.shape().toString();
        return Line.of(parameter.name(), tensor(parameter), shape, type, parameter.elements(), List.of());
    }

    /** The tensor that holds a parameter; a part of a tensor is shown with its rows: {@code Wqkv.weight[0:768]}. */
    private String tensor(Parameter parameter) {
        Published published = parameter.published();
        String tensor = checkpoint.tensorName(parameter);
        long rows = parameter.shape().get(0);
        return published.isWhole()
                ? tensor
                : "%s[%d:%d]".formatted(tensor, published.part() * rows, (published.part() + 1) * rows);
    }

    private void addMismatches(List<Line> roots) {
        Set<Line> missing = new LinkedHashSet<>();
        Set<Line> reshaped = new LinkedHashSet<>();
        Map<String, TensorInfo> unused =
                new LinkedHashMap<>(checkpoint.tensors().tensors());
        if (checkpoint.config().decoder().tied()) {
            unused.remove(Checkpoint.TIED_DECODER);
        }
        for (Parameter parameter : parameters()) {
            unused.remove(checkpoint.tensorName(parameter));
            List<Long> expected = Checkpoint.tensorShape(parameter);
            Optional<TensorInfo> stored = checkpoint.stored(parameter);
            if (stored.isEmpty()) {
                missing.add(line(parameter));
            } else if (!stored.get().shape().equals(expected)) {
                reshaped.add(tensor(stored.get(), "expected " + expected));
            }
        }
        List<Line> unexpected =
                unused.values().stream().map(tensor -> tensor(tensor, "")).toList();
        addIfAny(roots, "UNEXPECTED", "in the file, not used", unexpected);
        addIfAny(roots, "MISSING", "not in the file", missing);
        addIfAny(roots, "SHAPE", "does not match config.json", reshaped);
    }

    private static void addIfAny(List<Line> roots, String name, String what, Collection<Line> lines) {
        if (!lines.isEmpty()) {
            roots.add(new Line(List.of(name, what, "", "", ""), List.copyOf(lines)));
        }
    }

    private static Line tensor(TensorInfo tensor, String remark) {
        String shape = tensor.shape().toString();
        return Line.of(tensor.name(), remark, shape, tensor.type().name(), tensor.elements(), List.of());
    }

    private static long elements(Collection<Parameter> some) {
        return some.stream().mapToLong(Parameter::elements).sum();
    }

    /** Draws trees one below the other, with aligned columns. */
    private static String draw(List<Line> roots) {
        List<List<String>> rows = new ArrayList<>();
        for (Line root : roots) {
            rows.add(root.cells);
            root.drawBelow("", rows);
        }
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == columns - 1 ? padding + row.get(i) : row.get(i) + padding + GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
