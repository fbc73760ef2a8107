package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Thaws RuModernBERT from the first layers to the last. */
@Command(name = "UnfreezeStartToEnd", description = "Thaws RuModernBERT from the first layers to the last.")
public final class UnfreezeStartToEnd extends LentaExperiment {
    /** What differs from the other experiments. */
    public UnfreezeStartToEnd() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "cls", NamedSchedule.START_TO_END, 16, 5e-5));
    }

    /** The same as the command {@code experiment UnfreezeStartToEnd}. */
    public static void main(String[] args) throws Exception {
        launch("UnfreezeStartToEnd", args);
    }
}
