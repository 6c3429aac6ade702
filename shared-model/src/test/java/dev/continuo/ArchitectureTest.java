package dev.continuo;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The walls inside this module. */
@AnalyzeClasses(packages = "dev.continuo", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String MODEL = "dev.continuo.model..";
    private static final String DEFINITION = "dev.continuo.definition..";
    private static final String EXPRESSION = "dev.continuo.expression..";
    private static final String DECIDE = "dev.continuo.decide..";
    private static final String SEARCH = "dev.continuo.search..";
    private static final String STORE = "dev.continuo.store..";
    private static final String EVENTS = "dev.continuo.events..";
    private static final String SECRET = "dev.continuo.secret..";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String[] WORLD = {
        "io.vertx..",
        "org.apache.kafka..",
        "java.sql..",
        "javax.sql..",
        "org.postgresql..",
        "org.flywaydb..",
        "org.graalvm..",
        "java.net.http..",
        "java.nio.file..",
        "org.slf4j..",
        "io.micrometer.."
    };

    /** Calls that ask the machine for the time or for a random number. */
    private static final DescribedPredicate<JavaCall<?>> CLOCK_OR_CHANCE =
            describe("ask a clock or draw a random number", call -> target(owner(assignableTo(Clock.class)))
                    .or(target(owner(assignableTo(RandomGenerator.class))))
                    .or(target(owner(assignableTo(Random.class))))
                    .or(asks(System.class, "currentTimeMillis"))
                    .or(asks(System.class, "nanoTime"))
                    .or(asks(Math.class, "random"))
                    .or(asks(UUID.class, "randomUUID"))
                    .or(asks(Date.class, "<init>"))
                    .or(asks(Instant.class, "now"))
                    .or(asks(LocalDate.class, "now"))
                    .or(asks(LocalDateTime.class, "now"))
                    .or(asks(OffsetDateTime.class, "now"))
                    .or(asks(ZonedDateTime.class, "now"))
                    .test(call));

    private static DescribedPredicate<JavaCall<?>> asks(Class<?> type, String method) {
        return target(owner(assignableTo(type))).and(target(name(method)));
    }

    @ArchTest
    static final ArchRule theCoreKnowsNothingOfTheWorld = noClasses()
            .that()
            .resideInAnyPackage(MODEL, EXPRESSION, DECIDE, SEARCH)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(WORLD);

    /** Vert.x is where the checker of JSON schemas comes from, and its JSON type is what that takes. */
    @ArchTest
    static final ArchRule definitionsKnowNothingOfTheWorldButTheSchemaChecker = noClasses()
            .that()
            .resideInAPackage(DEFINITION)
            .should()
            .dependOnClassesThat(resideInAnyPackage(WORLD)
                    .and(not(resideInAnyPackage("io.vertx.json.schema..", "io.vertx.core.json.."))));

    @ArchTest
    static final ArchRule theCoreAsksNoClockAndDrawsNoRandomNumber = noClasses()
            .that()
            .resideInAnyPackage(MODEL, DEFINITION, EXPRESSION, DECIDE, SEARCH)
            .should()
            .callCodeUnitWhere(CLOCK_OR_CHANCE)
            .because("time and ids come in as arguments");

    @ArchTest
    static final ArchRule decisionsDependOnTheCoreAlone = classes()
            .that()
            .resideInAPackage(DECIDE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(DECIDE, MODEL, DEFINITION, EXPRESSION, JACKSON, "java..");

    @ArchTest
    static final ArchRule theModelDependsOnNothingOfOurs = classes()
            .that()
            .resideInAPackage(MODEL)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(MODEL, JACKSON, "java..");

    @ArchTest
    static final ArchRule expressionsDependOnNothingOfOurs = classes()
            .that()
            .resideInAPackage(EXPRESSION)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(EXPRESSION, JACKSON, "com.jayway.jsonpath..", "java..");

    @ArchTest
    static final ArchRule searchesDependOnTheModelAlone = classes()
            .that()
            .resideInAPackage(SEARCH)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(SEARCH, MODEL, "java..");

    @ArchTest
    static final ArchRule definitionsDependOnTheCoreAndOnWhatIsSecret = noClasses()
            .that()
            .resideInAPackage(DEFINITION)
            .should()
            .dependOnClassesThat(resideInAnyPackage("dev.continuo..")
                    .and(not(resideInAnyPackage(DEFINITION, MODEL, EXPRESSION, SECRET))));

    @ArchTest
    static final ArchRule theStoreDoesNotKnowTheEvents = noClasses()
            .that()
            .resideInAPackage(STORE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(EVENTS);

    @ArchTest
    static final ArchRule theEventsDoNotKnowTheStore = noClasses()
            .that()
            .resideInAPackage(EVENTS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(STORE);
}
