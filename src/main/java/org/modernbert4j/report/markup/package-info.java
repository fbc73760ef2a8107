/**
 * Writes HTML and SVG that is well-formed XML: each element is closed and each text escaped, whatever it holds.
 *
 * <pre>{@code
 * Element row = Table.row(Table.rowHeader("loss"), Table.number("0.4312"));
 * Element circle = Svg.circle(new Point(10, 20), 3, "epoch 1").with("class", "train");
 * StringBuilder page = new StringBuilder();
 * Markup.element("p", "a < b").appendTo(page); // <p>a &lt; b</p>
 * }</pre>
 */
package org.modernbert4j.report.markup;
