package org.modernbert4j;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.modernbert4j.hub.HubName;

/** Dependencies point one way: cli, experiments, then pretrain, then train and report, then freeze, data and checkpoint, then model, then ops. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.modernbert4j", "experiments");

    @Test
    void packagesFormNoCycle() {
        slices().matching("org.modernbert4j.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theLibraryKnowsNoExperiment() {
        forbid("org.modernbert4j..", "experiments..");
    }

    @Test
    void kernelsKnowNoSameDiff() {
        forbid("..ops.kernel..", "org.nd4j..");
    }

    @Test
    void safetensorsKnowsNoNd4jAndNothingOfOurs() {
        forbid("..safetensors..", "org.nd4j..", "..model..", "..ops..", "..data..", "..train..");
    }

    @Test
    void opsKnowNoModel() {
        forbid("..ops..", "..model..", "..checkpoint..", "..data..", "..freeze..", "..train..", "..report..");
    }

    @Test
    void modelKnowsNoDataAndNoTraining() {
        forbid("..model..", "..checkpoint..", "..data..", "..freeze..", "..train..", "..report..", "..cli..");
    }

    @Test
    void freezingKnowsOnlyTheModel() {
        forbid("..freeze..", "..checkpoint..", "..data..", "..train..", "..report..", "..cli..");
    }

    @Test
    void encodingKnowsNoTraining() {
        forbid("..encode..", "..freeze..", "..train..", "..report..", "..cli..");
    }

    @Test
    void downloadsKnowNothingButTheFormatOfWeights() {
        forbid(
                "..hub..",
                "org.nd4j..",
                "..model..",
                "..ops..",
                "..checkpoint..",
                "..tokenizer..",
                "..data..",
                "..freeze..",
                "..train..",
                "..report..",
                "..cli..");
    }

    @Test
    void onlyCommandsDownload() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..hub..", "..cli..", "experiments..")
                .should()
                .dependOnClassesThat(resideInAPackage("..hub..").and(not(type(HubName.class))))
                .check(CLASSES);
    }

    @Test
    void fineTuningKnowsNoPreTraining() {
        for (String lower : new String[] {"ops", "model", "checkpoint", "data", "freeze", "report", "train"}) {
            forbid("org.modernbert4j." + lower + "..", "..pretrain..");
        }
    }

    @Test
    void onlyTheTokenizerKnowsDjl() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..tokenizer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrintsOrExits() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..cli..", "experiments..")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "err")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static void forbid(String from, String... to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
