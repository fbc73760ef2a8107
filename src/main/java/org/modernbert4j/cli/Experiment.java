package org.modernbert4j.cli;

import java.util.concurrent.Callable;

/**
 * A training with settings of its own that the command {@code experiment} runs. Implementations carry picocli's annotations, of
 * which name and description are shown, and are found as services ({@link java.util.ServiceLoader}); they give an exit code.
 */
public interface Experiment extends Callable<Integer> {}
