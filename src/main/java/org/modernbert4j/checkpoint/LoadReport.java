package org.modernbert4j.checkpoint;

import java.util.List;
import java.util.stream.Stream;

/**
 * What did not match when a checkpoint was loaded, in published names.
 *
 * @param unexpected tensors of the checkpoint that the network has no place for
 * @param missing tensors of the head that the checkpoint lacks; they were initialised
 */
public record LoadReport(List<String> unexpected, List<String> missing) {
    /** A line for each tensor that did not match, or nothing. */
    public List<String> lines() {
        int width = Stream.concat(unexpected.stream(), missing.stream())
                .mapToInt(String::length)
                .max()
                .orElse(0);
        String format = "%-" + Math.max(1, width) + "s | %s";
        return Stream.concat(
                        unexpected.stream().map(name -> format.formatted(name, "UNEXPECTED: in the file, not used")),
                        missing.stream().map(name -> format.formatted(name, "MISSING: not in the file, initialised")))
                .toList();
    }
}
