package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.backend.cpu.CpuKernels;
import org.nd4j.imports.converters.ImportClassMapping;

class KernelsTest {
    private static Stream<NamedOp> ops() {
        return ServiceLoader.load(NamedOp.class).stream().map(ServiceLoader.Provider::get);
    }

    @Test
    void everyOwnOpHasOneOnTheCpuAndEveryKernelIsOfAnOp() {
        Set<String> computed = ops().filter(
                        op -> op instanceof OwnOp own && (!own.passesInput() || own.getNumOutputs() > 1))
                .map(NamedOp::opName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> kernels = ServiceLoader.load(CpuKernels.class).stream()
                .flatMap(some -> some.get().byOp().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(computed, kernels);
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
}
