package experiments;

import org.modernbert4j.freeze.NamedSchedule;

/**
 * What sets an experiment apart.
 *
 * @param model published name of the checkpoint
 * @param head name of the head
 * @param schedule what trains in which epoch
 * @param batchSize texts of a step
 * @param learningRate of everything that trains
 */
record Recipe(String model, String head, NamedSchedule schedule, int batchSize, double learningRate) {
    static final String MODERN_BERT = "answerdotai/ModernBERT-base";
    static final String RU_MODERN_BERT = "deepvk/RuModernBERT-base";
}
