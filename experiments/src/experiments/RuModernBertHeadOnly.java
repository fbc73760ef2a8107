package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains a linear head on the first token of frozen RuModernBERT. */
@Command(name = "RuModernBertHeadOnly", description = "Trains a linear head on the first token of frozen RuModernBERT.")
public final class RuModernBertHeadOnly extends LentaExperiment {
    /** What differs from the other experiments. */
    public RuModernBertHeadOnly() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "cls", NamedSchedule.HEAD_ONLY, 32, 2e-4));
    }

    /** The same as the command {@code experiment RuModernBertHeadOnly}. */
    public static void main(String[] args) throws Exception {
        launch("RuModernBertHeadOnly", args);
    }
}
