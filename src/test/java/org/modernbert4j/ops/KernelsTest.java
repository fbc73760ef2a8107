package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.backend.cpu.KernelNames;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.imports.converters.ImportClassMapping;
import org.nd4j.linalg.api.buffer.DataType;

class KernelsTest {
    private static Stream<OpKind> kinds() {
        return OwnOp.KINDS.values().stream();
    }

    /** An op of each kind, over some variables of one graph. */
    private static Stream<NamedOp> ops(SDVariable... inputs) {
        return Stream.concat(
                kinds().map(kind -> kind.on(inputs)),
                StockOp.KINDS.values().stream().map(kind -> new StockOp(kind, inputs)));
    }

    @Test
    void everyOwnOpHasOneOnTheCpuAndEveryKernelIsOfAnOp() {
        Set<String> computed = kinds().filter(
                        kind -> !kind.passesInput() || kind.outputs().size() > 1)
                .map(OpKind::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(computed, new TreeSet<>(KernelNames.all()));
    }

    @Test
    void everyConstantIsListed() throws IllegalAccessException {
        Set<OpKind> constants = new HashSet<>();
        for (JavaClass type : new ClassFileImporter().importPackagesOf(OpKind.class)) {
            for (Field field : type.reflect().getDeclaredFields()) {
                if (field.getType() == OpKind.class) {
                    field.setAccessible(true);
                    constants.add((OpKind) field.get(null));
                }
            }
        }
        assertEquals(constants, kinds().collect(Collectors.toSet()));
    }

    @Test
    void noNameIsOfTwoOps() {
        assertEquals(ops().map(NamedOp::opName).distinct().count(), ops().count());
    }

    @Test
    void sameDiffMakesEachByItsName() {
        NamedOp.register();
        ops().forEach(op -> assertSame(
                op.getClass(),
                ImportClassMapping.getOpNameMapping().get(op.opName()).getClass()));
    }

    @Test
    void aCopyHasTheNameAndTheAttributes() {
        NamedOp.register();
        SDVariable x = Graphs.create().var("x", DataType.FLOAT, 2, 2);
        ops(x, x, x).forEach(op -> {
            op.addIArgument(3, 4);
            op.addTArgument(0.5);
            NamedOp copy = (NamedOp) op.dup();
            assertEquals(op.opName(), copy.opName());
            assertArrayEquals(new long[] {3, 4}, copy.iArgs());
            assertArrayEquals(new double[] {0.5}, copy.tArgs());
        });
    }
}
