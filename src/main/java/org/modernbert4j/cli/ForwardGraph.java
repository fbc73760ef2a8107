package org.modernbert4j.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.ops.GraphDot;
import org.modernbert4j.ops.GraphDot.Cluster;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.ops.Precision;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The graph of a network's forward pass, to look at: its parameters hold anything. */
final class ForwardGraph implements AutoCloseable {
    /** Rows of a text. The ops do not depend on it, only the shape of some constants does. */
    private static final int LENGTH = 128;

    private final Network network;

    ForwardGraph(ModernBertConfig config, Head head) {
        Architecture architecture = Architecture.of(config, head);
        Map<ParameterId, INDArray> weights = new LinkedHashMap<>();
        architecture.shapes().forEach((id, shape) -> weights.put(id, Nd4j.createUninitialized(DataType.FLOAT, shape)));
        int length = Math.min(LENGTH, config.maxPositions());
        network = new Network(architecture, weights, Lowering.ofProcess(Precision.FLOAT32), length);
    }

    /** In the DOT language, with a cluster for each layer. */
    String dot() {
        ModernBertConfig config = network.architecture().config();
        List<Cluster> clusters = new ArrayList<>();
        clusters.add(new Cluster("embeddings", List.of("embeddings")));
        for (int layer = 0; layer < config.layers(); layer++) {
            String label = "layers." + layer + ": " + config.attentionKinds().get(layer);
            clusters.add(new Cluster(label, List.of("layers." + layer, Network.hiddenState(layer))));
        }
        clusters.add(new Cluster("final_norm", List.of("final_norm")));
        Head head = network.architecture().head();
        clusters.add(new Cluster("head " + head.name(), List.of("head", Network.hiddenState(config.layers()))));
        return GraphDot.of(network.graph(), Network.LOSS, clusters);
    }

    /** The tables of variables and ops that SameDiff makes. */
    String summary() {
        return network.graph().summary();
    }

    @Override
    public void close() {
        network.close();
    }
}
