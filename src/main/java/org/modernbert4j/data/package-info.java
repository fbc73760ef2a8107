/**
 * Labelled texts: reading them, giving their labels ids, sampling and splitting them.
 *
 * <p>Rows and random numbers are those of the Python tools that published experiments use, so that the same seed gives the
 * same training rows in the same order: files as pandas {@code read_csv} then {@code dropna} with every column read as text,
 * samples as {@code DataFrame.sample}, splits as scikit-learn {@code train_test_split} with {@code stratify}.
 *
 * <pre>{@code
 * Dataset dataset = Dataset.read(Path.of("news.csv.gz"), "text", "topic", MissingValues.DROP);
 * List<Example> sampled = Sampling.sample(dataset.examples(), 0.25, 42);
 * Labels labels = Labels.byFirstAppearance(sampled);
 * Sampling.Split split = Sampling.stratifiedSplit(sampled, 0.2, 42);
 * }</pre>
 *
 * <p>Whatever a user's file can get wrong is an {@link org.modernbert4j.InputException}.
 */
package org.modernbert4j.data;
