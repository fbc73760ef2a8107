package org.modernbert4j.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code inspect}: shows a checkpoint. */
@Command(name = "inspect", description = "Shows what a checkpoint holds.", mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
