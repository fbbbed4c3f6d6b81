package dev.fairlead.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may import which: a line, not a net. */
class LayersTest {
  private static final String ROOT = "dev.fairlead";
  private static final String NETTY = "io.netty..";

  /** A package, what it may import besides the JDK and annotations, and why not more. */
  record Layer(String name, List<String> mayImport, String because) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Layer layer(String name, String because, String... mayImport) {
    String[] full = Arrays.stream(mayImport)
        .map(p -> p.contains(".") ? p : ROOT + "." + p + (p.equals("internal") ? ".." : ""))
        .toArray(String[]::new);
    return new Layer(name, List.of(full), because);
  }

  static Stream<Layer> layers() {
    return Stream.of(
        layer("status", "everybody speaks of it, so it must know nobody"),
        layer("balance", "a strategy chooses among values; it has no sockets, clocks or threads"),
        layer("event", "events are values that any listener may keep", "status"),
        layer(
            "spi",
            "a protocol or a monitor needs nothing else to be written",
            "status",
            "event",
            "balance",
            NETTY),
        layer(
            "edge",
            "what stands before a protocol is told in values and in questions to a connection",
            "spi",
            "balance",
            "event",
            "status",
            NETTY),
        layer(
            "config",
            "configuration is plain data; of Netty it needs the reading of addresses only",
            "edge",
            "spi",
            "balance",
            "event",
            "status",
            "io.netty.util"),
        layer(
            "tcp",
            "TCP is written against what a third party gets",
            "config",
            "edge",
            "spi",
            "balance",
            "event",
            "status",
            NETTY),
        layer(
            "state",
            "the next state follows from the last and a change, from nothing else",
            "config",
            "balance",
            "event",
            "status"),
        layer(
            "metrics",
            "metrics read snapshots; they do not listen to traffic",
            "status",
            "io.micrometer.core.."),
        layer(
            "json",
            "text is made of snapshots; only who wants it needs Jackson",
            "status",
            "tools.jackson.core.."),
        layer(
            "internal",
            "the engine knows no protocol by name, and not the door it is used through",
            "internal",
            "state",
            "config",
            "edge",
            "spi",
            "balance",
            "event",
            "status",
            NETTY));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void a_layer_imports_only_those_below_it(Layer layer) {
    String own = ROOT + "." + layer.name();
    String[] allowed = Stream.concat(
            Stream.of(
                own, "java..", "javax..", "org.jspecify..", "com.google.errorprone.annotations"),
            layer.mayImport().stream())
        .toArray(String[]::new);
    classes()
        .that()
        .resideInAnyPackage(layer.name().equals("internal") ? own + ".." : own)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .because(layer.because())
        .check(Core.CLASSES);
  }

  @Test
  void the_door_does_not_know_a_protocol() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".tcp", ROOT + ".metrics")
        .because("a protocol is handed in, ours as well as one of a user's")
        .check(Core.CLASSES);
  }

  @Test
  void tls_is_built_in_one_place() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".internal.tls")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(SslContext.class, SslContextBuilder.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.internal.tcnative", "javax.crypto..")
        .because("who else builds a context has other defaults")
        .check(Core.CLASSES);
  }

  @Test
  void nobody_comes_in_through_the_door_from_inside() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .because("the door stands on everything else")
        .check(Core.CLASSES);
  }

  @Test
  void packages_have_no_cycles() {
    slices()
        .matching(ROOT + ".(**)")
        .should()
        .beFreeOfCycles()
        .because("a room that needs its neighbour's neighbour is not a room")
        .check(Core.CLASSES);
  }

  @Test
  void every_package_has_its_layer() {
    Set<String> known = layers().map(l -> ROOT + "." + l.name()).collect(Collectors.toSet());
    assertThat(Core.CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(p -> !p.isEmpty() && !p.equals(ROOT) && !p.startsWith(ROOT + ".internal.")))
        .isSubsetOf(known);
  }
}
