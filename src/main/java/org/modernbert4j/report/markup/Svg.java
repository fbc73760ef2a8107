package org.modernbert4j.report.markup;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.report.markup.Markup.Element;

/** Writes shapes in SVG. Lengths are in pixels, from the left and from the top; colours come from the style sheet. */
public final class Svg {
    private static final int DIGITS = 2;

    private Svg() {}

    /**
     * A point of a drawing.
     *
     * @param x from the left
     * @param y from the top
     */
    public record Point(double x, double y) {
        @Override
        public String toString() {
            return number(x) + "," + number(y);
        }
    }

    /** Where a label stands from its point. */
    public enum Anchor {
        /** The label begins there. */
        START,
        /** Its middle is there. */
        MIDDLE,
        /** It ends there. */
        END
    }

    /**
     * A drawing that a screen reader can tell.
     *
     * @param id that no other drawing of the page has
     * @param title what it shows
     * @param description what there is to see
     */
    public static Element drawing(
            String id, double width, double height, String title, String description, List<Element> shapes) {
        String titleId = id + "-title";
        String descriptionId = id + "-description";
        Stream<Element> words = Stream.of(
                Markup.element("title", title).with("id", titleId),
                Markup.element("desc", description).with("id", descriptionId));
        return Markup.element("svg", Stream.concat(words, shapes.stream()).toList())
                .with("xmlns", "http://www.w3.org/2000/svg")
                .with("viewBox", "0 0 " + number(width) + " " + number(height))
                .with("width", number(width))
                .with("height", number(height))
                .with("role", "img")
                .with("aria-labelledby", titleId + " " + descriptionId);
    }

    /** A line. */
    public static Element line(double x1, double y1, double x2, double y2) {
        return Markup.element("line")
                .with("x1", number(x1))
                .with("y1", number(y1))
                .with("x2", number(x2))
                .with("y2", number(y2));
    }

    /** Lines from each point to the next. */
    public static Element polyline(List<Point> points) {
        return Markup.element("polyline").with("points", joined(points));
    }

    /** An area between points. */
    public static Element polygon(Point... points) {
        return Markup.element("polygon").with("points", joined(List.of(points)));
    }

    /**
     * A circle.
     *
     * @param tip what a pointer over it brings up; none if empty
     */
    public static Element circle(Point centre, double radius, String tip) {
        return Markup.element("circle", tip(tip))
                .with("cx", number(centre.x()))
                .with("cy", number(centre.y()))
                .with("r", number(radius));
    }

    /**
     * A rectangle.
     *
     * @param x of its left side
     * @param y of its upper side
     * @param tip what a pointer over it brings up; none if empty
     */
    public static Element rectangle(double x, double y, double width, double height, String tip) {
        return Markup.element("rect", tip(tip))
                .with("x", number(x))
                .with("y", number(y))
                .with("width", number(width))
                .with("height", number(height));
    }

    /** A text on one line. */
    public static Element label(double x, double y, Anchor anchor, String text) {
        Element label = Markup.element("text", text).with("x", number(x)).with("y", number(y));
        return switch (anchor) {
            case START -> label;
            case MIDDLE -> label.with("text-anchor", "middle");
            case END -> label.with("text-anchor", "end");
        };
    }

    /** @throws NumberFormatException if it is not finite: no such thing reaches a drawing */
    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(DIGITS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static List<Element> tip(String text) {
        return text.isEmpty() ? List.of() : List.of(Markup.element("title", text));
    }

    private static String joined(List<Point> points) {
        return points.stream().map(Point::toString).collect(Collectors.joining(" "));
    }
}
