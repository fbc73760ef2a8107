package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.modernbert4j.OutputFile;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.checkpoint.ModelTree;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.EncoderConfig;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.GraphDot;
import org.modernbert4j.ops.GraphDot.Cluster;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: shows a checkpoint. */
@Command(
        name = "inspect",
        description = {
            "Shows what a checkpoint holds: its layers and parameters, where and how each is stored, and what does"
                    + " not match.",
            "Can also show the graph that runs it."
        },
        footer = {
            "modernbert4j inspect weights/modernbert-mini-ru",
            "modernbert4j inspect weights/modernbert-mini-ru --layer 0 --graph \\",
            "    runs/model.dot"
        })
final class InspectCommand extends BaseCommand {
    private static final String USUAL_HEAD = "cls";
    private static final int USUAL_LABELS = 2;

    /** Tokens of a text. The ops do not depend on it, only the shape of some constants does. */
    private static final int GRAPH_LENGTH = 128;

    @Parameters(
            paramLabel = "DIR|NAME",
            description =
                    "Folder of a checkpoint or of a run, whose best model is shown, or owner/name[@revision] on the"
                            + " Hugging Face Hub.")
    private ModelLocation model;

    @ArgGroup
    private Opened opened = new Opened();

    @Option(names = "--graph", paramLabel = "FILE", description = "Write the forward graph there, for Graphviz.")
    private Path graphFile;

    @Option(names = "--summary", description = "Print SameDiff's summary of the forward graph.")
    private boolean summary;

    @Option(
            names = "--head",
            paramLabel = "NAME",
            completionCandidates = Names.Heads.class,
            converter = Names.Heads.class,
            description = "Head of the graph: ${COMPLETION-CANDIDATES} (the saved one, or cls).")
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
            SettingException.requireRange(
                    layer == null || (layer >= 0 && layer < count),
                    "--layer",
                    layer,
                    "a number from 0 to %d, as %s has %d layers".formatted(count - 1, folder, count));
            return each -> all || (layer != null && layer == each);
        }
    }

    @Override
    public Integer call() {
        requireLabels(labels);
        Path source = model.folder(HubFiles.ALL);
        if (graphFile != null) {
            OutputFile.check(graphFile, OwnFiles.ofModel(source));
        }
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            ModernBertConfig config = checkpoint.config();
            Optional<HeadSettings> saved = HeadSettings.of(source, config);
            Optional<Head> head = saved.map(
                    settings -> settings.head(config.classifier().labels().size()));
            ModelTree tree = ModelTree.of(checkpoint, head);
            IntPredicate layers = opened.layers(source, config.encoder().layers());
            tree.requireFinite();
            out().print(tree.text(layers));
            out().flush();
            if (graphFile != null || summary) {
                showGraph(config, headOfGraph(config, saved));
            }
        }
        return 0;
    }

    private Head headOfGraph(ModernBertConfig config, Optional<HeadSettings> saved) {
        int known = config.classifier().labels().size();
        int classes = labels != null ? labels : known > 0 ? known : USUAL_LABELS;
        return headName == null && saved.isPresent()
                ? saved.get().head(classes)
                : Head.named(headName == null ? USUAL_HEAD : headName, classes, 0);
    }

    /** Shows the graph of the forward pass. Its parameters are not set. */
    private void showGraph(ModernBertConfig config, Head head) {
        Architecture architecture = Architecture.of(config, head);
        int length = Math.min(GRAPH_LENGTH, config.encoder().maxPositions());
        try (Backend backend = Backends.ofProcess()) {
            Map<Parameter, Array> weights = new LinkedHashMap<>();
            for (Parameter parameter : architecture.parameters()) {
                weights.put(parameter, backend.allocate(DataType.FLOAT, parameter.dimensions()));
            }
            try (Network network = new Network(architecture, weights, backend, Precision.FLOAT32, length)) {
                if (summary) {
                    out().println();
                    out().println(network.graph().summary());
                }
                if (graphFile != null) {
                    OutputFile.write(graphFile, dot(network), "use another file");
                    System.err.println("graph written; draw it with: dot -Tsvg -O " + graphFile);
                }
            }
        }
    }

    /** The graph in the DOT language, with a cluster for each layer. */
    private static String dot(Network network) {
        EncoderConfig encoder = network.architecture().config().encoder();
        List<Cluster> clusters = new ArrayList<>();
        clusters.add(new Cluster("embeddings", List.of("embeddings")));
        for (int layer = 0; layer < encoder.layers(); layer++) {
            String label =
                    "layers." + layer + ": " + encoder.attention().kinds().get(layer);
            clusters.add(new Cluster(label, List.of("layers." + layer, ModernBert.hiddenState(layer))));
        }
        clusters.add(new Cluster("final_norm", List.of("final_norm")));
        Head head = network.architecture().requireHead();
        clusters.add(new Cluster("head " + head.name(), List.of("head", ModernBert.hiddenState(encoder.layers()))));
        return GraphDot.of(network.graph(), Network.LOSS, clusters);
    }
}
