package org.modernbert4j.ops;

import java.util.Map;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.imports.converters.ImportClassMapping;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * An op of ours in a SameDiff graph: an {@link OwnOp} or a {@link StockOp}. SameDiff copies, saves and loads an op by its class, its
 * argument lists and its properties: the class has a public constructor without arguments, attributes are integer and
 * floating-point arguments, and the only property is the name.
 */
abstract class NamedOp extends DynamicCustomOp {
    private static final String NAME = "name";

    private String name;

    /** For SameDiff, which sets the name and the arguments. */
    NamedOp() {}

    /** @param inputs variables of a graph, the null ones left out; none at all for an op without a graph */
    NamedOp(String name, SDVariable... inputs) {
        this.name = name;
        if (inputs.length > 0) { // as the super constructor does, which would ask for the name too early
            sameDiff = inputs[0].getSameDiff();
            ownName = null;
            setInstanceId();
            sameDiff.addArgsFor(wrapFilterNull(inputs), this);
        }
    }

    /** Tells SameDiff how to make each op when it copies or loads a graph. May be called any number of times. */
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
