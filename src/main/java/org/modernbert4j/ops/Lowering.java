package org.modernbert4j.ops;

import org.modernbert4j.InputException;
import org.nd4j.autodiff.samediff.SameDiff;

/** Which ops the layers become. */
public enum Lowering {
    /** Own ops, on the CPU. */
    OWN {
        @Override
        public Layers layers(SameDiff sd, int length) {
            return new OwnLayers(sd, length, Precision.FLOAT32);
        }
    },
    /** Own ops, on the CPU, with products in {@link Precision#BFLOAT16}. */
    OWN_BFLOAT16 {
        @Override
        public Layers layers(SameDiff sd, int length) {
            return new OwnLayers(sd, length, Precision.BFLOAT16);
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
     * @param length most rows of a text for own ops, the rows of every text for {@link #STOCK}
     */
    public abstract Layers layers(SameDiff sd, int length);

    /**
     * The lowering that {@code -Dlowering=own|stock} names; without it, own ops where the backend is the CPU's.
     *
     * @param precision of the products
     * @throws InputException for another name, or a precision that stock ops do not have
     */
    public static Lowering ofProcess(Precision precision) {
        boolean own = isOwn(System.getProperty("lowering"));
        return switch (precision) {
            case FLOAT32 -> own ? OWN : STOCK;
            case BFLOAT16 -> {
                if (!own) {
                    throw new InputException("precision bfloat16: only own ops on the CPU have it; use float32");
                }
                yield OWN_BFLOAT16;
            }
        };
    }

    private static boolean isOwn(String name) {
        if (name == null) {
            return KernelExecutioner.install();
        }
        if (!name.equals("own") && !name.equals("stock")) {
            throw new InputException("-Dlowering=" + name + ": found neither own nor stock; use one of them");
        }
        return name.equals("own");
    }
}
