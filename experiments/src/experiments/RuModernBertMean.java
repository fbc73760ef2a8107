package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains all of RuModernBERT with a linear head on the mean of the tokens. */
@Command(
        name = "RuModernBertMean",
        description = "Trains all of RuModernBERT with a linear head on the mean of the tokens.")
public final class RuModernBertMean extends LentaExperiment {
    /** What differs from the other experiments. */
    public RuModernBertMean() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "mean", NamedSchedule.FULL, 16, 2e-5));
    }

    /** The same as the command {@code experiment RuModernBertMean}. */
    public static void main(String[] args) throws Exception {
        launch("RuModernBertMean", args);
    }
}
