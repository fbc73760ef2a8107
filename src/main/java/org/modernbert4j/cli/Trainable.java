package org.modernbert4j.cli;

import java.util.Optional;
import org.modernbert4j.freeze.Selector;
import picocli.CommandLine.Option;

/** Options for what trains: one of these, or none for everything. */
final class Trainable {
    @Option(
            names = "--freeze",
            paramLabel = "SELECTOR",
            description = "What does not train: embeddings, head, norms, layers.0-10, layers.*.attn.q,"
                    + " layers.11-21.mlp; comma-separated, ! takes away.")
    private String freeze;

    @Option(names = "--train", paramLabel = "SELECTOR", description = "What trains; all else is frozen.")
    private String train;

    @Option(
            names = "--schedule",
            paramLabel = "NAME|FILE",
            description = "What trains in which epoch: end-to-start, start-to-end, query-key-value,"
                    + " progressive-freezing, or a file of lines \"epoch: selector\".")
    private String schedule;

    /** What trains, where no schedule says so. */
    Selector selector() {
        if (freeze != null) {
            return Selector.parse(freeze).inverse();
        }
        return Selector.parse(train != null ? train : "all");
    }

    /** Name or file of a schedule. */
    Optional<String> schedule() {
        return Optional.ofNullable(schedule);
    }
}
