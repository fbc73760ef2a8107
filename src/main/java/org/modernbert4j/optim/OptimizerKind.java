package org.modernbert4j.optim;

import java.util.Locale;
import org.modernbert4j.json.JsonFields;

/** The optimizers by name. */
public enum OptimizerKind {
    /** {@link AdamW}. */
    ADAMW {
        @Override
        public OptimizerSettings read(JsonFields settings, OptimizerSettings missing) {
            return AdamWSettings.read(settings, missing);
        }
    };

    /**
     * Reads what {@link OptimizerSettings#write} wrote.
     *
     * @param missing where numbers are taken from that the settings lack
     */
    public abstract OptimizerSettings read(JsonFields settings, OptimizerSettings missing);

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
