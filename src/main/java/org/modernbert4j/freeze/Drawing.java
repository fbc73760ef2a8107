package org.modernbert4j.freeze;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.modernbert4j.freeze.EpochPlan.Coverage;
import org.modernbert4j.model.Place;

/** Draws phases side by side in ASCII. */
final class Drawing {
    private static final String LEGEND = "# trains   + trains in part   . frozen";
    private static final int LABEL_WIDTH = "embeddings".length();
    private static final String GAP = "   ";

    private final List<Phase> phases;
    private final List<String> components;
    private final int width;
    private final List<String> rows = new ArrayList<>();

    private Drawing(List<Phase> phases) {
        this.phases = phases;
        components = phases.get(0).first().components();
        width = String.join(" ", components).length();
    }

    static String of(List<Phase> phases) {
        Drawing drawing = new Drawing(phases);
        drawing.addRow("", Drawing::title);
        drawing.addRow("", phase -> String.join(" ", drawing.components));
        drawing.addBar(Place.HEAD);
        drawing.addBar(Place.FINAL_NORM);
        for (int i = phases.get(0).first().architecture().config().encoder().layers() - 1; i >= 0; i--) {
            int layer = i;
            drawing.addRow(Place.layer(layer).toString(), phase -> drawing.cells(phase, layer));
        }
        drawing.addBar(Place.EMBEDDINGS);
        return String.join("\n", drawing.rows) + "\n\n" + LEGEND + "\n";
    }

    private static String title(Phase phase) {
        return phase.title().toLowerCase(Locale.ROOT).replace('\u2013', '-');
    }

    private String cells(Phase phase, int layer) {
        return components.stream()
                .map(component -> fill(phase.first().coverage(layer, component), component.length()))
                .collect(Collectors.joining(" "));
    }

    private void addBar(Place place) {
        addRow(place.toString(), phase -> fill(phase.first().coverage(place), width));
    }

    private void addRow(String label, Function<Phase, String> content) {
        String cells = phases.stream()
                .map(phase -> GAP + pad(content.apply(phase), width))
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
