package org.modernbert4j.freeze;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Draws epochs side by side in ASCII. */
final class Drawing {
    private static final String COMPONENTS =
            Arrays.stream(Component.values()).map(Component::toString).collect(Collectors.joining(" "));
    private static final String LEGEND = "# trains   + trains in part   . frozen";
    private static final int LABEL_WIDTH = "embeddings".length();
    private static final String GAP = "   ";

    /** Epochs one after the other in which the same trains. */
    private record Block(EpochPlan first, EpochPlan last) {
        String title() {
            return first.epoch() == last.epoch()
                    ? "epoch " + (first.epoch() + 1)
                    : "epochs " + (first.epoch() + 1) + "-" + (last.epoch() + 1);
        }

        String bar(Place place) {
            return fill(first.coverage(place), COMPONENTS.length());
        }

        String cells(int layer) {
            return Arrays.stream(Component.values())
                    .map(component -> fill(
                            first.coverage(layer, component),
                            component.toString().length()))
                    .collect(Collectors.joining(" "));
        }
    }

    private final List<Block> blocks;
    private final List<String> rows = new ArrayList<>();

    private Drawing(List<Block> blocks) {
        this.blocks = blocks;
    }

    static String of(List<EpochPlan> epochs) {
        Drawing drawing = new Drawing(blocks(epochs));
        drawing.addRow("", Block::title);
        drawing.addRow("", block -> COMPONENTS);
        drawing.addBar(new Place.Head());
        drawing.addBar(new Place.FinalNorm());
        for (int i = epochs.get(0).architecture().config().layers() - 1; i >= 0; i--) {
            int layer = i;
            drawing.addRow(new Place.Layer(layer).toString(), block -> block.cells(layer));
        }
        drawing.addBar(new Place.Embeddings());
        return String.join("\n", drawing.rows) + "\n\n" + LEGEND + "\n";
    }

    private static List<Block> blocks(List<EpochPlan> epochs) {
        List<Block> blocks = new ArrayList<>();
        for (EpochPlan epoch : epochs) {
            Block previous = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
            if (previous != null && previous.first().trainable().equals(epoch.trainable())) {
                blocks.set(blocks.size() - 1, new Block(previous.first(), epoch));
            } else {
                blocks.add(new Block(epoch, epoch));
            }
        }
        return blocks;
    }

    private void addBar(Place place) {
        addRow(place.toString(), block -> block.bar(place));
    }

    private void addRow(String label, Function<Block, String> content) {
        String cells = blocks.stream()
                .map(block -> GAP + pad(content.apply(block), COMPONENTS.length()))
                .collect(Collectors.joining());
        rows.add((pad(label, LABEL_WIDTH) + cells).stripTrailing());
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String fill(Coverage coverage, int width) {
        String sign =
                switch (coverage) {
                    case NONE -> ".";
                    case PART -> "+";
                    case WHOLE -> "#";
                };
        return sign.repeat(width);
    }
}
