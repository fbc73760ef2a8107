package org.modernbert4j.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.imports.converters.ImportClassMapping;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * An op of ours in a SameDiff graph: an {@link OwnOp} or a {@link StockOp}.
 *
 * <p>SameDiff clones, saves and loads ops by name and by their argument lists, so a subclass has a public constructor without
 * arguments, an {@code AutoService} annotation, a name of its own that is constant (the super constructor asks for it) and does not
 * contain {@code _grad} (SameDiff strips that), and keeps its attributes in the integer and floating-point argument lists only. It
 * has no fields. Inputs without a gradient come last, and {@link #doDiff} gives a shorter list.
 */
public abstract class NamedOp extends DynamicCustomOp {
    /** For SameDiff, which fills in the rest. */
    protected NamedOp() {}

    /** An op over variables of a graph. */
    protected NamedOp(SameDiff sd, SDVariable... inputs) {
        super(null, sd, inputs, false);
    }

    /** Tells SameDiff how to make each op when it copies or loads a graph. May be called any number of times. */
    public static void register() {
        ServiceLoader.load(NamedOp.class, NamedOp.class.getClassLoader())
                .forEach(op -> ImportClassMapping.getOpNameMapping().put(op.opName(), op));
    }

    @Override
    public abstract String opName();

    /** The first output. */
    final SDVariable output() {
        return outputVariables()[0];
    }

    @Override
    public int getNumOutputs() {
        return 1;
    }

    @Override
    public Map<String, Object> propertiesForFunction() {
        return new HashMap<>();
    }

    @Override
    public void setPropertiesForFunction(Map<String, Object> properties) {}

    @Override
    public void configureFromArguments() {}

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
