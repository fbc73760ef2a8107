package org.modernbert4j.data;

import java.util.List;

/**
 * One row of a table.
 *
 * @param row counted from 0 at the first row after the header; blank lines are no rows
 * @param cells the values of the wanted columns, in the order wanted
 */
record CsvRow(int row, List<Cell> cells) {}
