package org.modernbert4j.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes shapes in SVG. Lengths are in pixels, from the left and from the top; colours come from the style sheet. */
final class Svg {
    private static final int DIGITS = 2;

    private Svg() {}

    /** A point of a drawing. */
    record Point(double x, double y) {
        @Override
        public String toString() {
            return number(x) + "," + number(y);
        }
    }

    /**
     * A drawing that a screen reader can describe.
     *
     * @param id unique in the page
     * @param title what it shows
     * @param description what there is to see
     */
    static Element drawing(
            String id, double width, double height, String title, String description, List<Element> shapes) {
        String titleId = id + "-title";
        String descriptionId = id + "-description";
        Stream<Element> words = Stream.of(
                Element.of("title", title).with("id", titleId),
                Element.of("desc", description).with("id", descriptionId));
        return Element.of("svg", Stream.concat(words, shapes.stream()).toList())
                .with("xmlns", "http://www.w3.org/2000/svg")
                .with("viewBox", "0 0 " + number(width) + " " + number(height))
                .with("width", number(width))
                .with("height", number(height))
                .with("role", "img")
                .with("aria-labelledby", titleId + " " + descriptionId);
    }

    static Element line(double x1, double y1, double x2, double y2) {
        return Element.of("line")
                .with("x1", number(x1))
                .with("y1", number(y1))
                .with("x2", number(x2))
                .with("y2", number(y2));
    }

    /** Lines from each point to the next. */
    static Element polyline(List<Point> points) {
        return Element.of("polyline").with("points", joined(points));
    }

    /** An area between points. */
    static Element polygon(Point... points) {
        return Element.of("polygon").with("points", joined(List.of(points)));
    }

    /** A circle; the tip is shown under the pointer, unless it is empty. */
    static Element circle(Point centre, double radius, String tip) {
        return Element.of("circle", tip(tip))
                .with("cx", number(centre.x))
                .with("cy", number(centre.y))
                .with("r", number(radius));
    }

    /** A rectangle, given by its upper left corner; the tip is shown under the pointer, unless it is empty. */
    static Element rectangle(double x, double y, double width, double height, String tip) {
        return Element.of("rect", tip(tip))
                .with("x", number(x))
                .with("y", number(y))
                .with("width", number(width))
                .with("height", number(height));
    }

    /** A text on one line that begins at a point. */
    static Element label(double x, double y, String text) {
        return Element.of("text", text).with("x", number(x)).with("y", number(y));
    }

    /** A text on one line whose {@code middle} or {@code end} is at a point. */
    static Element label(double x, double y, String anchor, String text) {
        return label(x, y, text).with("text-anchor", anchor);
    }

    /** @throws NumberFormatException if it is not finite: no such thing reaches a drawing */
    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(DIGITS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static List<Element> tip(String text) {
        return text.isEmpty() ? List.of() : List.of(Element.of("title", text));
    }

    private static String joined(List<Point> points) {
        return points.stream().map(Point::toString).collect(Collectors.joining(" "));
    }
}
