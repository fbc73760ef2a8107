package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains queries, keys and values of RuModernBERT from the first epoch on, as the notebook did. */
@Command(
        name = "UnfreezeQueryKeyValueFused",
        description = "Trains queries, keys and values of RuModernBERT from the first epoch on, as the notebook did.")
public final class UnfreezeQueryKeyValueFused extends LentaExperiment {
    /** What differs from the other experiments. */
    public UnfreezeQueryKeyValueFused() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "cls", NamedSchedule.QUERY_KEY_VALUE_FUSED, 16, 5e-5));
    }

    /** The same as the command {@code experiment UnfreezeQueryKeyValueFused}. */
    public static void main(String[] args) throws Exception {
        launch("UnfreezeQueryKeyValueFused", args);
    }
}
