/**
 * Saved models in use: texts to labels, measures of these, texts to vectors, and a folder to publish. Whatever is opened here has a backend of its
 * own, which is closed with it.
 *
 * <pre>{@code
 * try (TextClassifier classifier = TextClassifier.open(Path.of("runs/news"))) {
 *     String label = classifier.classify("Сборная выиграла матч").label();
 * }
 *
 * try (TextClassifier classifier = TextClassifier.open(Path.of("runs/news"))) {
 *     Reading.Columns columns = new Reading.Columns("text", "topic");
 *     RowStream<Example> rows = RowStream.ofColumns(TableFile.of(Path.of("test.csv")), columns, false);
 *     System.out.print(classifier.evaluate(rows, columns, 16, predictions -> {}, Progress.NONE).text());
 * }
 *
 * try (TextEncoder encoder = TextEncoder.open(folder)) {
 *     float[] vector = encoder.encode("Сборная выиграла матч", Optional.of(Pooling.MEAN));
 * }
 *
 * List<String> notes = Export.write(Path.of("runs/news"), Path.of("news-classifier"), WeightType.BFLOAT16);
 * }</pre>
 *
 * <p>Hidden states are numbered as {@code hidden_states} of transformers: 0 is what the first layer begins with, the last is the
 * output of the final norm.
 */
package org.modernbert4j.infer;
