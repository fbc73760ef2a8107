package org.modernbert4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.safetensors.NonFinite;
import org.modernbert4j.task.Logits;
import org.modernbert4j.task.Task.Part;

/** Finds out what is not finite in a step, and why, for a message of one line. */
final class NonFiniteStep {
    private static final int MOST_PLACES = 20;

    /** How much the loss of a run that diverges has grown. */
    private static final double GROWTH = 1.5;

    private final Network network;
    private final boolean skips;

    /** Loss of the first step, and of the last finite one, since the start or the resume; NaN before. */
    private double firstLoss = Double.NaN;

    private double lastLoss = Double.NaN;

    /** Texts of the present step whose outputs are not finite. */
    private final List<Integer> texts = new ArrayList<>();

    /** @param skips whether steps that are not finite are skipped */
    NonFiniteStep(Network network, boolean skips) {
        this.network = network;
        this.skips = skips;
    }

    /** A step begins. */
    void begin() {
        texts.clear();
    }

    /** Notes which texts of a part have an output that is not finite, if its loss is not. */
    void look(Part part, Network.Step pass) {
        if (Double.isFinite(pass.loss())) {
            return;
        }
        Logits logits = new Logits(network.backend(), pass.logits());
        boolean ofRows = network.architecture().requireHead().ofRows();
        IntStream.range(0, part.texts().size())
                .filter(i -> ofRows || !logits.isFinite(i))
                .mapToObj(part.texts()::get)
                .forEach(texts::add);
    }

    /** A step was finite. */
    void stepped(double loss) {
        firstLoss = Double.isNaN(firstLoss) ? loss : firstLoss;
        lastLoss = loss;
    }

    /** The texts to name: those whose outputs are not finite, else all of the batch. */
    List<Integer> textsOf(List<Integer> batch) {
        return texts.isEmpty() ? batch : List.copyOf(texts);
    }

    /** The first weight that is not finite, after which no step can be. */
    Optional<Parameter> brokenWeight() {
        return network.weights().entrySet().stream()
                .filter(weight -> !isFinite(weight.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private boolean isFinite(Array array) {
        return array.length() == 0
                || NonFinite.in(network.backend().read(array)).isEmpty();
    }

    /**
     * What was found, and where.
     *
     * @param loss of the step
     * @param gradients of the step
     */
    String found(double loss, Map<Parameter, Gradient> gradients) {
        String first = brokenWeight()
                .map(parameter -> "the weights of " + parameter.name())
                .or(() -> first(gradients, one -> !isFinite(one.values()))
                        .map(parameter -> "the gradient of " + parameter.name()))
                .or(() -> first(gradients, one -> !Double.isFinite(one.norm(network.backend())))
                        .map(parameter -> "the norm of the gradient of " + parameter.name()))
                .map(name -> "; not finite, first of all: " + name)
                .orElse("");
        return "found a loss of " + loss + first;
    }

    private static Optional<Parameter> first(Map<Parameter, Gradient> gradients, Predicate<Gradient> which) {
        return gradients.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Names of the texts: {@code lines 3, 17}. */
    static String places(String kind, List<String> places) {
        String some = places.stream().limit(MOST_PLACES).collect(Collectors.joining(", "));
        String more = places.size() > MOST_PLACES ? " and " + (places.size() - MOST_PLACES) + " more" : "";
        return kind + " " + some + more;
    }

    /** What to do about it. After a finite step, texts that all fail at once point to the step, not to the texts. */
    String advice(List<Integer> batch) {
        boolean allFail = !batch.isEmpty() && texts.size() == batch.size() && Double.isFinite(lastLoss);
        if (allFail || brokenWeight().isPresent() || lastLoss > GROWTH * firstLoss) {
            return "use a lower learning rate, a warm-up or gradient clipping";
        }
        String remedy = network.precision() == Precision.BFLOAT16
                ? "use --precision float32"
                : "look at these texts and at the weights";
        return remedy + (skips ? "" : ", or use --on-nan skip to leave such steps out");
    }
}
