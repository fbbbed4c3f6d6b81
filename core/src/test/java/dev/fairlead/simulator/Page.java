package dev.fairlead.simulator;

import java.util.Locale;
import java.util.Map;

/** Writes docs/balancers.md: words from a template, tables from the figures and from JMH's files. */
final class Page {
  private final StringBuilder page = new StringBuilder();

  private Page() {}

  /** The template with each {@code {{name}}} replaced by its table. */
  static String of(String template, Figures figures, Costs costs) {
    String page = template;
    for (Scenario scenario : Figures.SCENARIOS) {
      page = page.replace("{{" + scenario.title() + "}}", scenarioTable(figures, scenario));
    }
    return page.replace("{{" + Scenario.ZIPF.title() + "}}", keys(figures))
        .replace("{{picks}}", costs.picks())
        .replace("{{crowded}}", costs.crowded())
        .replace("{{rebuilds}}", costs.rebuilds());
  }

  private static String scenarioTable(Figures figures, Scenario scenario) {
    Page table = new Page();
    boolean bad = scenario.failing() || scenario.slow() > 1;
    table.row(
        "strategy", "p50", "p99", "busiest / mean", "failed", bad ? "share of that server" : "");
    table.rule(bad ? 6 : 5);
    for (Map.Entry<Contestant, Result> entry : figures.of(scenario).entrySet()) {
      Result result = entry.getValue();
      table.row(
          "`" + entry.getKey().name() + "`",
          millis(result.p50()),
          millis(result.p99()),
          times(result.imbalance()),
          percent(result.failed()),
          bad ? percent(result.badShare()) : "");
    }
    return table.page.toString().stripTrailing();
  }

  private static String keys(Figures figures) {
    Page table = new Page();
    table.row(
        "strategy",
        "keys, most / mean",
        "moved while one is down",
        "moved when one is removed",
        "p99",
        "busiest / mean",
        "failed");
    table.rule(7);
    for (Map.Entry<Contestant, Result> entry : figures.of(Scenario.ZIPF).entrySet()) {
      KeyMoves moves = figures.moves().get(entry.getKey());
      Result result = entry.getValue();
      table.row(
          "`" + entry.getKey().name() + "`",
          moves == null ? "–" : times(moves.spread()),
          moves == null ? "–" : percent(moves.down()),
          moves == null ? "–" : percent(moves.removed()),
          millis(result.p99()),
          times(result.imbalance()),
          percent(result.failed()));
    }
    return table.page.toString().stripTrailing();
  }

  private void row(String... cells) {
    for (String cell : cells) {
      if (!cell.isEmpty()) {
        page.append("| ").append(cell).append(' ');
      }
    }
    page.append("|\n");
  }

  private void rule(int columns) {
    page.append("|---|").append("---:|".repeat(columns - 1)).append('\n');
  }

  static String millis(double millis) {
    return millis >= 1000
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000)
        : String.format(Locale.ROOT, "%.0f ms", millis);
  }

  static String times(double times) {
    return String.format(Locale.ROOT, "%.2f", times);
  }

  static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * part);
  }
}
