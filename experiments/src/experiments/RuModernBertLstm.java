package experiments;

import org.modernbert4j.freeze.NamedSchedule;
import picocli.CommandLine.Command;

/** Trains all of RuModernBERT with an LSTM over the padded tokens as head. */
@Command(
        name = "RuModernBertLstm",
        description = "Trains all of RuModernBERT with an LSTM over the padded tokens as head.")
public final class RuModernBertLstm extends LentaExperiment {
    /** What differs from the other experiments. */
    public RuModernBertLstm() {
        super(new Recipe(Recipe.RU_MODERN_BERT, "lstm", NamedSchedule.FULL, 16, 2e-5));
    }

    /** The same as the command {@code experiment RuModernBertLstm}. */
    public static void main(String[] args) throws Exception {
        launch("RuModernBertLstm", args);
    }
}
