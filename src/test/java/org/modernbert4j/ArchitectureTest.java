package org.modernbert4j;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.ObjectInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.modernbert4j.backend.nd4j.HostMemory;
import org.modernbert4j.hub.HubName;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which room may know of which: dependencies point upwards in the list of rooms. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.modernbert4j", "experiments");

    /** Each may use those above it. */
    static final List<String> ROOMS = List.of(
            "org.modernbert4j",
            "org.modernbert4j.json",
            "org.modernbert4j.safetensors",
            "org.modernbert4j.hub",
            "org.modernbert4j.tokenizer",
            "org.modernbert4j.data",
            "org.modernbert4j.backend",
            "org.modernbert4j.backend.nvidia",
            "org.modernbert4j.backend.nd4j",
            "org.modernbert4j.backend.cpu",
            "org.modernbert4j.backend.cuda",
            "org.modernbert4j.ops",
            "org.modernbert4j.model",
            "org.modernbert4j.checkpoint",
            "org.modernbert4j.freeze",
            "org.modernbert4j.cost",
            "org.modernbert4j.optim",
            "org.modernbert4j.metric",
            "org.modernbert4j.task",
            "org.modernbert4j.run",
            "org.modernbert4j.report..",
            "org.modernbert4j.infer",
            "org.modernbert4j.cli",
            "experiments");

    /** What reads or writes the memory of an array of ND4J's from the host. */
    private static final Pattern HOST_ACCESS =
            Pattern.compile("data|as(Nio|Bytes|Float|Double|Int|Long).*|to(Float|Double|Int|Long)(Vector|Matrix)"
                    + "|get(Float|Double|Int|Long|Number)|put(Scalar)?|address|pointer");

    /** Reach into the JDK, by names: for a module that it loads on request only, and a warning that it gives to all. */
    private static final Pattern REACH_INTO_THE_JDK =
            Pattern.compile("org\\.modernbert4j\\.(backend\\.cpu\\.(RowMath|VectorModule)|cli\\.NativeLibraries)");

    private static final Pattern REFLECTION =
            Pattern.compile("forName|newInstance|get(Declared)?(Field|Method|Constructor)s?|getRecordComponents");

    /** Operators of vectors whose results depend on no order. */
    private static final Set<String> EXACT_OPERATORS = Set.of("MAX", "LT", "GT", "LSHL");

    private static final Pattern ELEMENTARY =
            Pattern.compile("a?(sin|cos|tan)h?|atan2|exp|expm1|log|log10|log1p|pow|cbrt|hypot");

    /** Labels of a chart's axis are no numbers that somebody computes with. */
    private static final String AXIS = "org.modernbert4j.report.LineChart$Axis";

    /** A process of its own, which keeps its standard output for replies. */
    private static final String CHILD = "org.modernbert4j.tokenizer.SplitterProcess";

    private static final Pattern SERIALIZATION = Pattern.compile("readObject|readUnshared|readResolve|deserialize");

    @Test
    void everyClassIsInARoom() {
        noClasses()
                .should()
                .resideOutsideOfPackages(ROOMS.toArray(new String[0]))
                .check(CLASSES);
    }

    @ParameterizedTest
    @FieldSource("ROOMS")
    void dependenciesPointUpwards(String room) {
        List<String> below = ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size());
        if (!below.isEmpty()) {
            noClasses()
                    .that()
                    .resideInAPackage(room)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(below.toArray(new String[0]))
                    .check(CLASSES);
        }
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("org.modernbert4j.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** A file has its name from the class that writes it; the rooms above that class cannot ask it. */
    @ParameterizedTest
    @CsvSource({
        "added_tokens.json, 2",
        "config.json, 3",
        "head.json, 2",
        "model.safetensors, 1",
        "model.safetensors.index.json, 1",
        "metrics.csv, 1",
        "optimizer.safetensors, 1",
        "predictions.csv, 1",
        "report.html, 1",
        "run.json, 1",
        "test.json, 1",
        "test-predictions.csv, 1",
        "tokenizer.json, 2",
        "tokenizer_config.json, 2",
        "special_tokens_map.json, 2",
        "trainer_state.json, 1",
        "SHA256SUMS, 1",
    })
    void aFileIsNamedOnce(String name, int times) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                long here = Files.readAllLines(source).stream()
                        .filter(line -> line.contains("\"" + name + "\""))
                        .count();
                found.addAll(Collections.nCopies((int) here, source.toString()));
            }
        }
        assertEquals(times, found.size(), found.toString());
    }

    @Test
    void hostMemoryIsTouchedInOnePlace() {
        noClasses()
                .that(not(type(HostMemory.class)))
                .should()
                .callMethodWhere(describe(
                        "reads or writes an array of ND4J's from the host",
                        call -> (call.getTargetOwner().isAssignableTo(DataBuffer.class)
                                        || call.getTargetOwner().isAssignableTo(INDArray.class))
                                && HOST_ACCESS.matcher(call.getName()).matches()))
                .check(CLASSES);
    }

    @Test
    void filesAndTextsKnowNothingOfNetworks() {
        for (String room : new String[] {"json", "safetensors", "hub", "tokenizer", "data", "metric"}) {
            noClasses()
                    .that()
                    .resideInAPackage("org.modernbert4j." + room)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.nd4j..", "org.modernbert4j.backend..", "org.modernbert4j.ops")
                    .check(CLASSES);
        }
    }

    @Test
    void onlyCommandsDownload() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.modernbert4j.hub", "org.modernbert4j.cli", "experiments")
                .should()
                .dependOnClassesThat(resideInAPackage("org.modernbert4j.hub").and(not(type(HubName.class))))
                .check(CLASSES);
    }

    @Test
    void onlyTheTokenizerKnowsDjl() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.modernbert4j.tokenizer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    @Test
    void onlyOpsUseReflection() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.modernbert4j.ops")
                .and()
                .haveNameNotMatching(REACH_INTO_THE_JDK.pattern())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.reflect")
                .orShould()
                .callMethodWhere(describe(
                        "asks a class for its members, or for a class by its name",
                        call -> call.getTargetOwner().isEquivalentTo(Class.class)
                                && REFLECTION.matcher(call.getName()).matches()))
                .check(CLASSES);
    }

    /** Sums and products over lanes may have any order, and elementary functions over vectors any rounding. */
    @Test
    void vectorsAreOnlyUsedForWhatRoundsInOneWay() {
        noClasses()
                .should()
                .accessFieldWhere(describe(
                        "uses an operator of vectors other than MAX, LT, GT and LSHL",
                        access -> access.getTargetOwner().getName().equals("jdk.incubator.vector.VectorOperators")
                                && !EXACT_OPERATORS.contains(access.getName())))
                .check(CLASSES);
    }

    /** {@link Math} may round elementary functions as it likes, and does so in machine code of each JDK; StrictMath may not. */
    @Test
    void elementaryFunctionsRoundInOneWay() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(AXIS)
                .should()
                .accessTargetWhere(describe(
                        "calls an elementary function of Math; use StrictMath",
                        access -> access.getTargetOwner().isEquivalentTo(Math.class)
                                && ELEMENTARY.matcher(access.getName()).matches()))
                .check(CLASSES);
    }

    /** What is read back is checked text and numbers: objects that a file describes could be of any class. */
    @Test
    void nothingIsDeserialized() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInput.class)
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.beans\\.XMLDecoder|java\\.rmi\\..*|org\\.apache\\.commons\\.lang3\\.SerializationUtils")
                .orShould()
                .callMethodWhere(describe(
                        "reads objects that were serialized",
                        call -> SERIALIZATION.matcher(call.getName()).matches()))
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrintsOrExits() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.modernbert4j.cli", "experiments")
                .and()
                .doNotHaveFullyQualifiedName(CHILD)
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }
}
