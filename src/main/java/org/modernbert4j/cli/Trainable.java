package org.modernbert4j.cli;

import java.util.Optional;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.run.Freezing;
import picocli.CommandLine.Option;

/** Options for what trains: at most one of these; without any, everything trains. */
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
            completionCandidates = Names.Schedules.class,
            description = "What trains in which epoch: ${COMPLETION-CANDIDATES}, or a file of lines"
                    + " \"epoch: selector\".")
    private String schedule;

    Freezing freezing() {
        Selector selector =
                freeze != null ? Selector.parse(freeze).inverse() : Selector.parse(train != null ? train : "all");
        return new Freezing(selector, Optional.ofNullable(schedule));
    }
}
