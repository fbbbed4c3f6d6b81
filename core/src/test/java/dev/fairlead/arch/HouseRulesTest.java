package dev.fairlead.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import dev.fairlead.balance.Picker;
import dev.fairlead.config.FrontendBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds in all of core. */
class HouseRulesTest {
  private static final Pattern MONITOR = Pattern.compile("\\bsynchronized\\s*\\(");

  @Test
  void values_have_final_fields_only() {
    fields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage("dev.fairlead.status", "dev.fairlead.event", "dev.fairlead.state")
        .should()
        .beFinal()
        .because("they are handed from thread to thread without a thought")
        .check(Core.CLASSES);
  }

  @Test
  void a_strategy_has_final_fields_or_private_state_of_its_picker() {
    fields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.fairlead.balance")
        .and()
        .areNotDeclaredIn("dev.fairlead.balance.Rounds") // lives and dies within one prepare
        .and()
        .areNotDeclaredIn("dev.fairlead.balance.Timeline") // likewise
        .should(be(describe(
            "final, or private and of a picker",
            (JavaField f) -> f.getModifiers().contains(FINAL)
                || (f.getModifiers().contains(PRIVATE)
                    && f.getOwner().isAssignableTo(Picker.class)))))
        .because("a strategy is a value; what moves is its picker's, through a VarHandle")
        .check(Core.CLASSES);
  }

  @Test
  void all_time_comes_from_a_loops_ticker() {
    noClasses()
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .because("tests move time; nobody else reads a clock")
        .check(Core.CLASSES);
    noClasses()
        .that()
        .doNotHaveSimpleName("Engine")
        .should()
        .accessClassesThat()
        .belongToAnyOf(Clock.class)
        .because(
            "the engine reads the time of day once, at its start; the ticker goes on from there")
        .check(Core.CLASSES);
  }

  @Test
  void no_static_field_can_change() {
    fields()
        .that()
        .areStatic()
        .should()
        .beFinal()
        .andShould()
        .notHaveRawType(describe(
            "a concurrent or atomic type",
            (JavaClass type) -> type.getPackageName().startsWith("java.util.concurrent")))
        .because("nothing is global to the process: several load balancers run side by side")
        .check(Core.CLASSES);
  }

  @Test
  void locks_are_taken_in_admission_only() throws IOException {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.fairlead.internal.admission")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent.locks")
        .because("event loops must not wait for each other; the one place is off the fast path")
        .check(Core.CLASSES);
    methods()
        .should()
        .notHaveModifier(JavaModifier.SYNCHRONIZED)
        .because("its monitor would be anybody's who has the object")
        .check(Core.CLASSES);
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      assertThat(sources.filter(p -> p.toString().endsWith(".java")))
          .isNotEmpty()
          .allSatisfy(p -> assertThat(MONITOR.matcher(read(p)).find()).isFalse());
    }
  }

  private static String read(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void no_exported_signature_names_an_internal_type() {
    DescribedPredicate<JavaMember> visible = describe(
        "visible to users",
        member -> visible(member.getOwner())
            && (member.getModifiers().contains(PUBLIC)
                || member.getModifiers().contains(PROTECTED)));
    codeUnits()
        .that(visible)
        .should(be(describe(
            "free of internal types",
            (JavaCodeUnit unit) -> Stream.of(
                    Stream.of(unit.getReturnType()),
                    unit.getParameterTypes().stream(),
                    unit.getExceptionTypes().stream())
                .flatMap(s -> s)
                .allMatch(HouseRulesTest::free))))
        .because("who cannot name it cannot use it")
        .check(Core.CLASSES);
    fields()
        .that(visible)
        .should(be(describe("free of internal types", (JavaField f) -> free(f.getType()))))
        .because("who cannot name it cannot use it")
        .check(Core.CLASSES);
    classes()
        .that(describe("are visible to users", HouseRulesTest::visible))
        .should(be(describe(
            "free of internal supertypes",
            (JavaClass c) -> c.getInterfaces().stream().allMatch(HouseRulesTest::free)
                && c.getSuperclass().map(HouseRulesTest::free).orElse(true))))
        .because("who cannot name it cannot use it")
        .check(Core.CLASSES);
  }

  private static boolean visible(JavaClass type) {
    return Core.EXPORTED.contains(type.getPackageName())
        && type.getModifiers().contains(PUBLIC)
        && type.getEnclosingClass().map(HouseRulesTest::visible).orElse(true);
  }

  private static boolean free(JavaType type) {
    return type.getAllInvolvedRawTypes().stream()
        .map(JavaClass::getBaseComponentType)
        .filter(c -> c.getPackageName().startsWith("dev.fairlead"))
        .allMatch(c -> Core.EXPORTED.contains(c.getPackageName()));
  }

  @Test
  void no_public_class_is_made_for_inheritance_but_the_builder_of_frontends() {
    classes()
        .that(describe("are visible to users", HouseRulesTest::visible))
        .and()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .doNotBelongToAnyOf(FrontendBuilder.class)
        .should()
        .haveModifier(FINAL)
        .andShould()
        .notHaveModifier(ABSTRACT)
        .because("what can be extended can never be changed; builders of frontends share one base")
        .check(Core.CLASSES);
  }

  @Test
  void a_name_says_what_a_class_is() {
    for (String empty : List.of("Impl", "Util", "Utils", "Manager", "Helper")) {
      noClasses()
          .should()
          .haveSimpleNameEndingWith(empty)
          .because(empty + " says nothing of what it does")
          .check(Core.CLASSES);
    }
  }

  @Test
  void there_are_classes_to_judge() {
    assertThat(Core.CLASSES.size()).isGreaterThan(100);
    assertThat(Core.EXPORTED).contains("dev.fairlead", "dev.fairlead.spi", "dev.fairlead.metrics");
  }
}
