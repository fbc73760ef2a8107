package org.modernbert4j.backend.nd4j;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.AdamWUpdate;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.BackendProvider;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Precision;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A backend of ND4J's arrays and ops, on the device of ND4J's own backend. Arrays on a device stay there. */
public final class Nd4jBackend extends NdBackend {
    /** Opens the backend. */
    @AutoService(BackendProvider.class)
    public static final class Provider implements BackendProvider {
        @Override
        public String name() {
            return "nd4j";
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Optional<String> obstacle() {
            return Loading.OBSTACLE;
        }

        @Override
        public Optional<String> note() {
            return Loading.NOTE;
        }

        @Override
        public Backend open() {
            return new Nd4jBackend(name(), new HostMemory(false));
        }
    }

    /**
     * @param name its name on the command line
     * @param memory the host's access to arrays
     */
    Nd4jBackend(String name, HostMemory memory) {
        super(name, memory);
    }

    @Override
    public String description() {
        return "ND4J's " + Nd4j.getBackend().getClass().getSimpleName();
    }

    @Override
    public boolean hasKernels() {
        return false;
    }

    @Override
    public void require(Precision precision) {
        if (precision != Precision.FLOAT32) {
            throw new InputException("precision " + precision + ": backend " + name()
                    + " has only float32; use that or another backend");
        }
    }

    @Override
    public void run(OpCall call, Array[] in, Array[] out) {
        throw new IllegalStateException("backend " + name() + " has no kernel for " + call.op());
    }

    @Override
    public Array addRows(Array first, Array second, Occurrences occurrences) {
        int[] numbers = new int[occurrences.places().length];
        for (int id = 0; id < occurrences.ids().length; id++) {
            for (int i = occurrences.starts()[id]; i < occurrences.starts()[id + 1]; i++) {
                numbers[occurrences.places()[i]] = id;
            }
        }
        int split = first.rows();
        INDArray sums = Nd4j.zeros(DataType.FLOAT, occurrences.ids().length, first.columns());
        addTo(sums, Arrays.copyOf(numbers, split), nd(first));
        addTo(sums, Arrays.copyOfRange(numbers, split, numbers.length), nd(second));
        return new NdArray(sums);
    }

    @Override
    public void adamW(List<AdamWUpdate> updates) {
        updates.forEach(Nd4jBackend::adamW);
    }

    private static void adamW(AdamWUpdate update) {
        AdamWStep step = update.step();
        INDArray w = nd(update.weight());
        INDArray m = nd(update.mean());
        INDArray v = nd(update.meanSquare());
        double correction1 = 1 - StrictMath.pow(step.beta1(), step.step());
        double correction2 = 1 - StrictMath.pow(step.beta2(), step.step());
        try (INDArray g = nd(update.gradient()).mul(step.gradientScale());
                INDArray work = g.mul(1 - step.beta1())) {
            m.muli(step.beta1()).addi(work);
            g.muli(g).muli(1 - step.beta2());
            v.muli(step.beta2()).addi(g);
            work.assign(v);
            Transforms.sqrt(work, false).divi(Math.sqrt(correction2)).addi(step.eps());
            g.assign(m).divi(work).muli(step.learningRate() / correction1);
            w.muli(1 - step.learningRate() * step.weightDecay()).subi(g);
        }
    }

    @Override
    public AdamWTable adamWTable(Array weight, Array mean, Array meanSquare) {
        return new AdamWTable() {
            @Override
            public void prepare(int[] rows) {} // all rows are up to date after each step

            @Override
            public void update(int[] rows, Array gradient, AdamWStep step) {
                try (Array table = spread(rows, gradient, weight.rows())) {
                    adamW(new AdamWUpdate(weight, mean, meanSquare, table, step));
                }
            }

            @Override
            public void flush() {}
        };
    }
}
