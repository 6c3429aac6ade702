package dev.continuo;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls between the modules, seen from the one that has them all. */
@AnalyzeClasses(packages = "dev.continuo", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String API = "dev.continuo.api..";
    private static final String WORKER = "dev.continuo.worker..";
    private static final String CONNECTORS = "dev.continuo.worker.connector..";
    private static final String CLI = "dev.continuo.cli..";
    private static final String STANDALONE = "dev.continuo.standalone..";
    private static final String[] LAUNCHERS = {CLI, STANDALONE};

    /** Those that talk to a person at a terminal. */
    private static final String[] TALKERS = {CLI, "dev.continuo.demo..", "dev.continuo.bench.."};

    /** A dialect may use the compiler of its own definitions; {@code api} itself is what they share. */
    @ArchTest
    static final ArchRule dialectsDoNotKnowEachOther =
            slices().matching("dev.continuo.api.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule whatDialectsShareKnowsNoDialect = noClasses()
            .that()
            .resideInAPackage("dev.continuo.api")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.continuo.api.*..");

    @ArchTest
    static final ArchRule theApiDoesNotKnowTheWorker = noClasses()
            .that()
            .resideInAPackage(API)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(WORKER);

    @ArchTest
    static final ArchRule theWorkerDoesNotKnowTheApi = noClasses()
            .that()
            .resideInAPackage(WORKER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(API);

    /** A connector serves every dialect alike. */
    @ArchTest
    static final ArchRule connectorsKnowNoDialect = noClasses()
            .that()
            .resideInAPackage(CONNECTORS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(API, "dev.continuo.definition.*..");

    /** What all that speak HTTP stand on is no connector; models and MCP servers are what the nodes of agents stand on. */
    @ArchTest
    static final ArchRule connectorsDoNotKnowEachOther = slices().matching("dev.continuo.worker.connector.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(alwaysTrue(), resideInAPackage("dev.continuo.worker.connector.exchange"))
            .ignoreDependency(
                    resideInAPackage("dev.continuo.worker.connector.agent"),
                    resideInAnyPackage("dev.continuo.worker.connector.ai", "dev.continuo.worker.connector.mcp"));

    @ArchTest
    static final ArchRule nothingKnowsTheLaunchers = noClasses()
            .that(not(resideInAnyPackage(LAUNCHERS)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(LAUNCHERS);

    @ArchTest
    static final ArchRule theServerDoesNotKnowItsCommandLine = noClasses()
            .that()
            .resideInAPackage(STANDALONE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CLI);

    @ArchTest
    static final ArchRule nobodyButTheCommandLineWritesToTheTerminal = noClasses()
            .that(not(resideInAnyPackage(TALKERS)))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule loggingIsSlf4j =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");
}
