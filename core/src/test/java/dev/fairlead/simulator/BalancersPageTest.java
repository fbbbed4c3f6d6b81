package dev.fairlead.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/balancers.md is what the simulator gives; {@code -Dpage.update=true} writes it. Words must be
 * equal, figures nearly: the last bit of a logarithm is the JDK's own affair, and a queue makes much of it.
 */
class BalancersPageTest {
  private static final Path PAGE = Path.of("..", "docs", "balancers.md");
  private static final Path CHART = Path.of("..", "docs", "balancers.svg");
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*(\\.\\d+)?");

  private static String resource(String name) throws IOException {
    try (InputStream in = BalancersPageTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> lines(String name) throws IOException {
    return resource(name).lines().toList();
  }

  @Test
  void the_page_and_the_chart_are_what_the_simulator_gives() throws IOException {
    Figures figures = Figures.measured();
    Costs costs = new Costs(lines("picks.csv"), lines("crowded.csv"), lines("rebuilds.csv"));
    String page = Page.of(resource("balancers.md"), figures, costs);
    String chart = Chart.of(figures);
    if (Boolean.getBoolean("page.update")) {
      Files.writeString(PAGE, page);
      Files.writeString(CHART, chart);
    }
    assertThat(page).as("every table is filled in").doesNotContain("{{", "NaN");
    assertNearlyEqual(Files.readString(PAGE), page);
    assertThat(Files.readString(CHART)).startsWith("<svg ").endsWith("</svg>\n");
  }

  private static void assertNearlyEqual(String written, String now) {
    assertThat(NUMBER.matcher(written).replaceAll("#"))
        .as("docs/balancers.md: run this test with -Dpage.update=true, and read what it says")
        .isEqualTo(NUMBER.matcher(now).replaceAll("#"));
    List<Double> before = numbers(written);
    List<Double> after = numbers(now);
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i))
          .as("number %d of the page", i)
          .isCloseTo(before.get(i), within(Math.max(0.2, before.get(i) * 0.1)));
    }
  }

  private static List<Double> numbers(String text) {
    return NUMBER
        .matcher(text)
        .results()
        .map(found -> Double.valueOf(found.group().replace(",", "")))
        .toList();
  }
}
