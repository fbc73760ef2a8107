package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains a linear head on the first token of frozen ModernBERT. */
@Command(name = "ModernBertHeadOnly", description = "Trains a linear head on the first token of frozen ModernBERT.")
public final class ModernBertHeadOnly extends LentaExperiment {
    /** What differs from the other experiments. */
    public ModernBertHeadOnly() {
        super(new Recipe(Recipe.MODERN_BERT, "cls", NamedSchedule.HEAD_ONLY, 32, 2e-4));
    }

    /** The same as the command {@code experiment ModernBertHeadOnly}. */
    public static void main(String[] args) throws Exception {
        launch("ModernBertHeadOnly", args);
    }
}
