package org.modernbert4j.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a tree.
 *
 * @param cells as many as every other line has; they stand in columns, the last one flush right
 * @param below the lines that hang on it
 */
record TreeLine(List<String> cells, List<TreeLine> below) {
    private static final String GAP = "  ";

    /** Draws trees, one under the other, in common columns. */
    static String text(List<TreeLine> roots) {
        List<List<String>> rows = new ArrayList<>();
        for (TreeLine root : roots) {
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

    private void drawBelow(String indent, List<List<String>> rows) {
        for (int i = 0; i < below.size(); i++) {
            TreeLine line = below.get(i);
            boolean last = i == below.size() - 1;
            List<String> row = new ArrayList<>(line.cells);
            row.set(0, indent + (last ? "└── " : "├── ") + row.get(0));
            rows.add(row);
            line.drawBelow(indent + (last ? "    " : "│   "), rows);
        }
    }
}
