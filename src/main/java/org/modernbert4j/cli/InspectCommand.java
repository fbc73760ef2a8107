package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.checkpoint.ModelTree;
import org.modernbert4j.checkpoint.StoredHead;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.run.RunFolder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: shows a checkpoint. */
@Command(
        name = "inspect",
        description = {
            "Shows what a checkpoint holds: its layers and parameters, where and how each is stored, and what does"
                    + " not match.",
            "Can also show the graph that runs it."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class InspectCommand implements Callable<Integer> {
    private static final String USUAL_HEAD = "cls";
    private static final int USUAL_LABELS = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR|NAME",
            description = "Checkpoint folder, or that of a run, of which the best is shown,"
                    + " or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @ArgGroup
    private Opened opened = new Opened();

    @Option(names = "--graph", paramLabel = "FILE", description = "Write the forward graph there, for Graphviz.")
    private Path graphFile;

    @Option(names = "--summary", description = "Print SameDiff's summary of the forward graph.")
    private boolean summary;

    @Option(names = "--head", paramLabel = "NAME", description = "Head of the graph (the saved one, or cls).")
    private String headName;

    @Option(names = "--labels", paramLabel = "N", description = "Its classes (those of config.json, or 2).")
    private Integer labels;

    /** Which layers show their parameters. */
    private static final class Opened {
        @Option(names = "--all", description = "Show the parameters of every layer.")
        private boolean all;

        @Option(names = "--layer", paramLabel = "N", description = "Show the parameters of this layer, from 0.")
        private Integer layer;

        IntPredicate layers(Path folder, int count) {
            if (layer != null && (layer < 0 || layer >= count)) {
                throw new InputException("%s: found no layer %d, the model has %d; use 0 to %d"
                        .formatted(folder, layer, count, count - 1));
            }
            return each -> all || (layer != null && layer == each);
        }
    }

    @Override
    public Integer call() {
        Path source = RunFolder.model(model.folder(HubFiles.ALL));
        PrintWriter out = spec.commandLine().getOut();
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            ModernBertConfig config = checkpoint.config();
            Optional<HeadSettings> saved = HeadSettings.find(source);
            StoredHead head = saved.map(settings -> StoredHead.of(
                            settings.head(config.classifier().labels().size()), config))
                    .orElseGet(() -> StoredHead.find(checkpoint));
            out.print(new ModelTree(checkpoint, head)
                    .text(opened.layers(source, config.encoder().layers())));
            out.flush();
            if (graphFile != null || summary) {
                showGraph(config, headOfGraph(config, saved), out);
            }
        }
        return 0;
    }

    private Head headOfGraph(ModernBertConfig config, Optional<HeadSettings> saved) {
        int known = config.classifier().labels().size();
        int classes = labels != null ? labels : known > 0 ? known : USUAL_LABELS;
        if (classes < 1) {
            throw new InputException("--labels " + classes + ": wanted at least 1; use the number of classes");
        }
        return headName == null && saved.isPresent()
                ? saved.get().head(classes)
                : Head.named(headName == null ? USUAL_HEAD : headName, classes, 0);
    }

    private void showGraph(ModernBertConfig config, Head head, PrintWriter out) {
        try (ForwardGraph graph = new ForwardGraph(config, head)) {
            if (summary) {
                out.println();
                out.println(graph.summary());
            }
            if (graphFile != null) {
                OutputFile.write(graphFile, graph.dot(), "use another file");
                System.err.println("graph written; draw it with: dot -Tsvg -O " + graphFile);
            }
        }
    }
}
