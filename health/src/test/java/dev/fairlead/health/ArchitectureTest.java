package dev.fairlead.health;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses health = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.fairlead.health");

  @Test
  void health_knows_only_what_a_third_party_gets() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.fairlead.health",
            "dev.fairlead.spi",
            "dev.fairlead.balance",
            "dev.fairlead.edge",
            "dev.fairlead.event",
            "dev.fairlead.status",
            "io.netty..",
            "java..",
            "javax..",
            "org.jspecify..",
            "com.google.errorprone..")
        .because(
            "health is one implementation of an interface in spi, and says in the words of edge"
                + " how a check's connection begins")
        .check(health);
  }

  @Test
  void nobody_reads_a_clock_of_its_own() {
    noClasses()
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .because("all time is the event loop's ticker and schedule")
        .check(health);
  }
}
