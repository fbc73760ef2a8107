package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains all of ModernBERT with a linear head on the first token. */
@Command(name = "ModernBertFull", description = "Trains all of ModernBERT with a linear head on the first token.")
public final class ModernBertFull extends LentaExperiment {
    /** What differs from the other experiments. */
    public ModernBertFull() {
        super(new Recipe(Recipe.MODERN_BERT, "cls", NamedSchedule.FULL, 16, 2e-5));
    }

    /** The same as the command {@code experiment ModernBertFull}. */
    public static void main(String[] args) throws Exception {
        launch("ModernBertFull", args);
    }
}
