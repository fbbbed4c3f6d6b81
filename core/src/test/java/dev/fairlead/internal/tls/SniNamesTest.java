package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificate a name is for. */
class SniNamesTest {
  private static SniNames<String> names(String... all) {
    return builder(all).build("default");
  }

  private static SniNames.Builder<String> builder(String... all) {
    SniNames.Builder<String> builder = new SniNames.Builder<>((first, later) -> first);
    for (String name : all) {
      builder.add(name, name);
    }
    return builder;
  }

  @ParameterizedTest
  @CsvSource({
    "www.example.test, www.example.test",
    "WWW.Example.TEST, www.example.test",
    "www.example.test., www.example.test",
    "shop.example.test, *.example.test",
    "SHOP.example.test, *.example.test",
    "a.shop.example.test, default",
    "example.test, default",
    ".example.test, default",
    "www.example.test.evil.test, default",
    "*.example.test, *.example.test",
    "lonely, lonely",
    "192.0.2.1, default"
  })
  void the_very_name_wins_then_the_wildcard_for_one_label_then_the_default(
      String asked, String found) {
    assertThat(names("www.example.test", "*.example.test", "lonely").find(asked))
        .isEqualTo(found);
  }

  @Test
  void a_client_that_names_nobody_gets_the_default() {
    assertThat(names("www.example.test").find(null)).isEqualTo("default");
    assertThat(names("www.example.test").find("")).isEqualTo("default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.test", "", "."})
  void without_a_default_an_unknown_name_finds_nothing(String asked) {
    SniNames<String> strict = builder("www.example.test").build(null);
    assertThat(strict.find(asked)).isNull();
    assertThat(strict.find(null)).isNull();
    assertThat(strict.find("www.example.test")).isEqualTo("www.example.test");
  }

  @Test
  void of_two_for_one_name_the_builder_decides() {
    SniNames.Builder<String> builder = new SniNames.Builder<>((first, later) -> first + later);
    builder.add("a.test", "1");
    builder.add("A.test", "2");
    assertThat(builder.build(null).find("a.test")).isEqualTo("12");
  }
}
