package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains all of RuModernBERT, then freezes it from the first layers up. */
@Command(
        name = "ProgressiveFreezing",
        description = "Trains all of RuModernBERT, then freezes it from the first layers up.")
public final class ProgressiveFreezing extends LentaExperiment {
    /** What differs from the other experiments. */
    public ProgressiveFreezing() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "cls", NamedSchedule.PROGRESSIVE_FREEZING, 16, 5e-5));
    }

    /** The same as the command {@code experiment ProgressiveFreezing}. */
    public static void main(String[] args) throws Exception {
        launch("ProgressiveFreezing", args);
    }
}
