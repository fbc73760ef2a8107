package org.modernbert4j.ops;

import java.util.Map;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.imports.converters.ImportClassMapping;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * An op of this library in a SameDiff graph: an {@link OwnOp} or a {@link StockOp}. To copy, save or load an op, SameDiff uses its
 * class, argument lists and properties. So the class has a public constructor without arguments, attributes are integer and
 * floating-point arguments, and the name is the only property.
 */
abstract class NamedOp extends DynamicCustomOp {
    private static final String NAME = "name";

    private String name;

    /** For SameDiff, which sets the name and the arguments. */
    NamedOp() {}

    /** @param inputs variables of a graph; nulls are left out. No inputs make an op without a graph */
    NamedOp(String name, SDVariable... inputs) {
        this.name = name;
        if (inputs.length > 0) { // like the super constructor, which would call opName() too early
            sameDiff = inputs[0].getSameDiff();
            ownName = null;
            setInstanceId();
            sameDiff.addArgsFor(wrapFilterNull(inputs), this);
        }
    }

    /** Registers all ops with SameDiff, so that it can copy and load graphs. May be called repeatedly. */
    static void register() {
        Map<String, DifferentialFunction> known = ImportClassMapping.getOpNameMapping();
        OwnOp.KINDS.values().forEach(kind -> known.put(kind.name(), new OwnOp(kind)));
        StockOp.KINDS.values().forEach(kind -> known.put(kind.name(), new StockOp(kind)));
    }

    @Override
    public final String opName() {
        return name;
    }

    /** The first output. */
    public final SDVariable output() {
        return outputVariables()[0];
    }

    @Override
    public final Map<String, Object> propertiesForFunction() {
        return Map.of(NAME, name);
    }

    @Override
    public final void setPropertiesForFunction(Map<String, Object> properties) {
        name = (String) properties.get(NAME);
    }

    @Override
    public final void configureFromArguments() {}

    @Override
    public final boolean equals(Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return System.identityHashCode(this);
    }
}
