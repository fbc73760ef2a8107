package org.modernbert4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import org.modernbert4j.freeze.NamedSchedule;
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
            completionCandidates = Schedules.class,
            description = "What trains in which epoch: ${COMPLETION-CANDIDATES}, or a file of lines"
                    + " \"epoch: selector\".")
    private String schedule;

    /** The names of the schedules. */
    private static final class Schedules extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Schedules() {
            super(Arrays.stream(NamedSchedule.values())
                    .map(NamedSchedule::toString)
                    .toList());
        }
    }

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
