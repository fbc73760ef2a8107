package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Thaws the queries of RuModernBERT, then the keys, then the values. */
@Command(
        name = "UnfreezeQueryKeyValue",
        description = "Thaws the queries of RuModernBERT, then the keys, then the values.")
public final class UnfreezeQueryKeyValue extends LentaExperiment {
    /** What differs from the other experiments. */
    public UnfreezeQueryKeyValue() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "cls", NamedSchedule.QUERY_KEY_VALUE, 16, 5e-5));
    }

    /** The same as the command {@code experiment UnfreezeQueryKeyValue}. */
    public static void main(String[] args) throws Exception {
        launch("UnfreezeQueryKeyValue", args);
    }
}
