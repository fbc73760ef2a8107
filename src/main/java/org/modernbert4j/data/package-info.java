/**
 * Tables of texts: reading them as a whole or row by row, typing their labels and giving them ids, sampling and splitting.
 *
 * <p>Rows and random numbers are those of the Python tools that published experiments use, so that the same seed gives the
 * same training rows in the same order: files as pandas {@code read_csv} then {@code dropna}, labels of the types that it finds,
 * samples as {@code DataFrame.sample}, splits as scikit-learn {@code train_test_split} with {@code stratify}.
 *
 * <pre>{@code
 * LabelledData data = LabelledData.of(Path.of("news.csv.gz"), "text", "topic");
 * Selection selection = Selection.of(data);
 * Labels labels = selection.labels();
 * }</pre>
 *
 * <p>Whatever a user's file can get wrong is an {@link org.modernbert4j.InputException}.
 */
package org.modernbert4j.data;
