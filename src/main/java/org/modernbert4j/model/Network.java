package org.modernbert4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.Embedding;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.Graphs;
import org.modernbert4j.ops.Layers;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.ops.kernel.DropoutKernel;
import org.modernbert4j.ops.kernel.Occurrences;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An encoder with a head, its weights, and what runs it. The graph is built once; which parameters train is decided by asking for
 * their gradients. Not thread safe.
 */
public final class Network implements AutoCloseable {
    /** The head's output. */
    public static final String LOGITS = "logits";

    /** The sum after the last layer, before the final norm, {@code [rows, hidden]}. */
    public static final String BEFORE_FINAL_NORM = "before_final_norm";

    /** The same of the first row of each text, {@code [texts, hidden]}, for heads that see no other. */
    public static final String FIRST_BEFORE_FINAL_NORM = "first_before_final_norm";

    /** The row of each text that a pooling head sees, {@code [texts, hidden]}. */
    public static final String POOLED = "pooled";

    /** The loss against the batch's labels. */
    public static final String LOSS = "loss";

    /** One pass forward and back. Close it when its arrays are no longer needed. */
    public static final class Step implements AutoCloseable {
        private final GraphExecutor.Result result;
        private final Map<ParameterId, Gradient> gradients;

        private Step(GraphExecutor.Result result, Map<ParameterId, Gradient> gradients) {
            this.result = result;
            this.gradients = gradients;
        }

        /** The loss. */
        public double loss() {
            return result.get(LOSS).getDouble(0);
        }

        /** Seconds from the start of the step until the loss was there: its forward pass. */
        public double secondsUntilLoss() {
            return result.secondsUntil(LOSS);
        }

        /** The logits, {@code [texts, classes]}; of a language model, {@code [asked rows, vocabulary]}. */
        public INDArray logits() {
            return result.get(LOGITS);
        }

        /** The gradient of each parameter that was asked for; its arrays are valid until this step is closed. */
        public Map<ParameterId, Gradient> gradients() {
            return gradients;
        }

        @Override
        public void close() {
            result.close();
        }
    }

    private final Architecture architecture;
    private final Map<ParameterId, INDArray> weights;
    private final Layers layers;
    private final int length;
    private final GraphExecutor forward;
    private GraphExecutor backward;

    /** The variable of the rows of the token embedding's gradient; empty where the embedding has more uses than a lookup. */
    private Optional<String> embeddingRows = Optional.empty();

    /**
     * Builds the graph.
     *
     * @param architecture encoder and head
     * @param weights an array of the architecture's shape for each of its parameters; the network keeps and shares them
     * @param lowering which ops the layers become
     * @param length most rows of a text; with {@link Lowering#STOCK} the rows of every text
     * @throws InputException if the encoder has no positions for that length
     */
    public Network(Architecture architecture, Map<ParameterId, INDArray> weights, Lowering lowering, int length) {
        ModernBertConfig config = architecture.config();
        if (length > config.maxPositions()) {
            throw new InputException("maximum length " + length + " is more than the max_position_embeddings "
                    + config.maxPositions() + " of config.json; use at most that");
        }
        if (config.embeddingDropout() > 0 || config.mlpDropout() > 0) {
            throw new InputException("config.json: embedding_dropout " + config.embeddingDropout() + " and mlp_dropout "
                    + config.mlpDropout() + " are not supported; set both to 0.0");
        }
        this.architecture = architecture;
        this.weights = weights;
        this.length = length;
        SameDiff sd = Graphs.create();
        layers = lowering.layers(sd, length);
        ModernBert model = new ModernBert(config, layers, weights);
        SDVariable logits = architecture.head().logits(model).rename(LOGITS);
        model.encode(); // run only where somebody asks for it
        layers.crossEntropy(logits, architecture.head().classes()).rename(LOSS);
        forward = new GraphExecutor(sd);
    }

    /** The variable that holds the input of a layer, {@code [rows, hidden]}; that after the last is the final norm's output. */
    public static String hiddenState(int layer) {
        return "hidden_states." + layer;
    }

    /** Encoder and head. */
    public Architecture architecture() {
        return architecture;
    }

    /** The parameters' arrays; what is written into them counts from the next run on. */
    public Map<ParameterId, INDArray> weights() {
        return weights;
    }

    /** The SameDiff graph of the forward pass. */
    public SameDiff graph() {
        return layers.graph();
    }

    /** Most rows of a text. */
    public int length() {
        return length;
    }

    /**
     * Runs forward, without dropout.
     *
     * @param batch texts
     * @param outputs {@link #LOGITS}, {@link #LOSS} (the mean), {@link #hiddenState}
     */
    public GraphExecutor.Result run(Batch batch, String... outputs) {
        return run(batch, Map.of(), outputs);
    }

    /**
     * Runs forward from values that are known, without dropout.
     *
     * @param batch texts
     * @param given arrays of computed variables; what only they need is not run
     * @param outputs as of {@link #run(Batch, String...)}
     */
    public GraphExecutor.Result run(Batch batch, Map<String, INDArray> given, String... outputs) {
        double scale = 1.0 / Math.max(1, batch.counted());
        return forward.run(feed(batch, scale, DropoutKernel.NOTHING_DROPPED, given), List.of(outputs));
    }

    /**
     * Runs forward and back.
     *
     * @param batch labelled texts
     * @param trainable whose gradients are computed; nothing is that only others would need
     * @param lossScale factor of the summed cross entropy: one over the texts for the mean
     * @param dropoutSeed which dropout mask; {@link DropoutKernel#NOTHING_DROPPED} for none
     */
    public Step step(Batch batch, Collection<ParameterId> trainable, double lossScale, long dropoutSeed) {
        return step(batch, Map.of(), trainable, lossScale, dropoutSeed);
    }

    /**
     * Runs forward from values that are known, and back to what trains above them.
     *
     * @param batch labelled texts
     * @param given arrays of computed variables; what only they need is not run
     * @param trainable whose gradients are computed
     * @param lossScale factor of the summed cross entropy
     * @param dropoutSeed which dropout mask
     */
    public Step step(
            Batch batch,
            Map<String, INDArray> given,
            Collection<ParameterId> trainable,
            double lossScale,
            long dropoutSeed) {
        List<String> outputs = new ArrayList<>(List.of(LOSS, LOGITS));
        GraphExecutor executor = backward();
        for (ParameterId id : trainable) {
            outputs.add(gradientName(id));
        }
        GraphExecutor.Result result = executor.run(feed(batch, lossScale, dropoutSeed, given), outputs);
        Map<ParameterId, Gradient> gradients = new LinkedHashMap<>();
        for (ParameterId id : trainable) {
            gradients.put(id, gradient(id, result.get(gradientName(id)), batch));
        }
        return new Step(result, gradients);
    }

    private boolean hasGradientOfRows(ParameterId id) {
        return id instanceof TokenEmbedding && embeddingRows.isPresent();
    }

    private String gradientName(ParameterId id) {
        return hasGradientOfRows(id) ? embeddingRows.get() : GraphExecutor.gradientName(graph(), id.name());
    }

    private Gradient gradient(ParameterId id, INDArray values, Batch batch) {
        if (!hasGradientOfRows(id)) {
            return new Gradient.Dense(values);
        }
        int paddingId = architecture.config().padTokenId().orElse(-1);
        int[] ids = Occurrences.of(batch.ids(), paddingId).ids();
        return new Gradient.Rows(ids, values, weights.get(id).shape());
    }

    private Map<String, INDArray> feed(Batch batch, double lossScale, long dropoutSeed, Map<String, INDArray> given) {
        boolean rows = architecture.head().predictsTokens();
        int[] asked = rows ? batch.askedRows() : new int[0];
        int[] labels = rows && batch.labels().length > 0
                ? Arrays.stream(asked).map(row -> batch.labels()[row]).toArray()
                : batch.labels();
        Map<String, INDArray> feed = layers.feed(batch.ids(), batch.segments(), asked, labels, lossScale, dropoutSeed);
        feed.putAll(given);
        return feed;
    }

    /** What the ops of training steps have taken since the last call, by name. */
    public Map<String, GraphExecutor.OpTime> takeStepTimes() {
        return backward().takeTimes();
    }

    /** What the ops of runs forward alone have taken since the last call, by name. */
    public Map<String, GraphExecutor.OpTime> takeRunTimes() {
        return forward.takeTimes();
    }

    private GraphExecutor backward() {
        if (backward == null) {
            SameDiff gradients = Graphs.differentiate(graph(), LOSS);
            embeddingRows = Embedding.rowGradients(gradients, gradientName(new TokenEmbedding()));
            backward = new GraphExecutor(gradients);
        }
        return backward;
    }

    @Override
    public void close() {
        forward.close();
        if (backward != null) {
            backward.close();
        }
    }
}
