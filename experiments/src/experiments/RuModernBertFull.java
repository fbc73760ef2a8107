package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains all of RuModernBERT with a linear head on the first token. */
@Command(name = "RuModernBertFull", description = "Trains all of RuModernBERT with a linear head on the first token.")
public final class RuModernBertFull extends LentaExperiment {
    /** What differs from the other experiments. */
    public RuModernBertFull() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "cls", NamedSchedule.FULL, 16, 2e-5));
    }

    /** The same as the command {@code experiment RuModernBertFull}. */
    public static void main(String[] args) throws Exception {
        launch("RuModernBertFull", args);
    }
}
