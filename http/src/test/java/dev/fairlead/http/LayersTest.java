package dev.fairlead.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who may know whom (house.md §2), for this module. */
final class LayersTest {
  private static final JavaClasses HTTP = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.fairlead.http");

  @Test
  void http_is_written_against_what_a_third_party_gets() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.fairlead",
            "dev.fairlead.state..",
            "dev.fairlead.internal..",
            "dev.fairlead.tcp..",
            "dev.fairlead.metrics..")
        .because("a protocol of somebody else's must be able to do all that ours does")
        .check(HTTP);
  }

  @Test
  void strategies_see_neither_codec_nor_engine() {
    classes()
        .that()
        .resideInAPackage("dev.fairlead.http.spi")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", "dev.fairlead.balance", "dev.fairlead.http.spi")
        .because("what users write against must outlive any codec")
        .check(HTTP);
  }

  @Test
  void the_engine_does_not_know_its_configuration() {
    noClasses()
        .that()
        .resideInAPackage("dev.fairlead.http.internal..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.fairlead.http")
        .because("the frontend hands it plain values")
        .check(HTTP);
  }

  @Test
  void the_codec_knows_neither_servers_nor_sessions() {
    noClasses()
        .that()
        .resideInAPackage("dev.fairlead.http.internal.h1")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.fairlead.http.internal", "dev.fairlead.spi", "dev.fairlead.config")
        .because("bytes can be understood without knowing where they go")
        .check(HTTP);
  }

  @Test
  void packages_form_no_cycle() {
    slices().matching("dev.fairlead.(http..)").should().beFreeOfCycles().check(HTTP);
  }

  @Test
  void time_comes_from_the_event_loop() {
    noClasses()
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .because("tests move time")
        .check(HTTP);
  }

  @Test
  void nothing_is_global() {
    noFields()
        .that()
        .areStatic()
        .should()
        .notHaveModifier(JavaModifier.FINAL)
        .because("several load balancers live in one process")
        .check(HTTP);
  }
}
