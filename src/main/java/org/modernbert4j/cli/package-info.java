/**
 * The command line: the only place that reads arguments, prints and ends the process.
 *
 * <pre>{@code
 * java -jar modernbert4j.jar train --model DIR --data news.csv --label topic --output runs/news
 * java -jar modernbert4j.jar predict --model runs/news "Сборная выиграла матч"
 * java -jar modernbert4j.jar export --model runs/news --output news-model
 * java -jar modernbert4j.jar inspect runs/news --layer 0
 * }</pre>
 *
 * <p>{@link org.modernbert4j.cli.Launcher} is what {@code java -jar} starts, and all work is done in its JVM.
 */
package org.modernbert4j.cli;
