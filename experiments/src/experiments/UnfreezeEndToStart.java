package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Thaws RuModernBERT from the last layers to the first. */
@Command(name = "UnfreezeEndToStart", description = "Thaws RuModernBERT from the last layers to the first.")
public final class UnfreezeEndToStart extends LentaExperiment {
    /** What differs from the other experiments. */
    public UnfreezeEndToStart() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "cls", NamedSchedule.END_TO_START, 16, 5e-5));
    }

    /** The same as the command {@code experiment UnfreezeEndToStart}. */
    public static void main(String[] args) throws Exception {
        launch("UnfreezeEndToStart", args);
    }
}
