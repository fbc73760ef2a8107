package org.modernbert4j.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
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

/** The graph of a network's forward pass, to look at: its parameters hold anything. */
final class ForwardGraph implements AutoCloseable {
    /** Rows of a text. The ops do not depend on it, only the shape of some constants does. */
    private static final int LENGTH = 128;

    private final Backend backend = Backends.ofProcess();
    private final Network network;

    ForwardGraph(ModernBertConfig config, Head head) {
        Architecture architecture = Architecture.of(config, head);
        Map<Parameter, Array> weights = new LinkedHashMap<>();
        for (Parameter parameter : architecture.parameters()) {
            weights.put(parameter, backend.allocate(DataType.FLOAT, parameter.dimensions()));
        }
        int length = Math.min(LENGTH, config.encoder().maxPositions());
        network = new Network(architecture, weights, backend, Precision.FLOAT32, length);
    }

    /** In the DOT language, with a cluster for each layer. */
    String dot() {
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

    /** The tables of variables and ops that SameDiff makes. */
    String summary() {
        return network.graph().summary();
    }

    @Override
    public void close() {
        network.close();
        backend.close();
    }
}
