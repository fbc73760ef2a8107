package org.modernbert4j.ops;

import java.util.Locale;
import org.modernbert4j.InputException;
import org.nd4j.autodiff.samediff.SameDiff;

/** Which ops the layers become. */
public enum Lowering {
    /** Own ops, on the CPU. */
    OWN {
        @Override
        public Layers layers(SameDiff sd, int length) {
            return new OwnLayers(sd, length);
        }
    },
    /** Stock ops, on any backend; every text is padded to one length. */
    STOCK {
        @Override
        public Layers layers(SameDiff sd, int length) {
            return new StockLayers(sd, length);
        }
    };

    /**
     * Layers that add to a graph.
     *
     * @param sd an empty graph
     * @param length most rows of a text for {@link #OWN}, the rows of every text for {@link #STOCK}
     */
    public abstract Layers layers(SameDiff sd, int length);

    /**
     * The lowering that {@code -Dlowering=own|stock} names; without it, own ops where the backend is the CPU's.
     *
     * @throws InputException for another name
     */
    public static Lowering ofProcess() {
        String name = System.getProperty("lowering");
        if (name == null) {
            return KernelExecutioner.install() ? OWN : STOCK;
        }
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InputException("-Dlowering=" + name + ": found neither own nor stock; use one of them", e);
        }
    }
}
