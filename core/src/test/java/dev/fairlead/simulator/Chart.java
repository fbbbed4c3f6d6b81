package dev.fairlead.simulator;

import java.util.List;
import java.util.Locale;

/** The chart of the page: a row for each strategy, a column of bars for each scenario. */
final class Chart {
  private static final int LABELS = 210;
  private static final int COLUMN = 190;
  private static final int BAR = 128;
  private static final int ROW = 24;
  private static final int TOP = 92;
  private static final String GOOD = "#2a9d8f";
  private static final String FAIR = "#e9b44c";
  private static final String POOR = "#d1495b";

  private final StringBuilder svg = new StringBuilder();

  private Chart() {}

  static String of(Figures figures) {
    Chart chart = new Chart();
    chart.draw(figures);
    return chart.svg.toString();
  }

  private void draw(Figures figures) {
    List<Contestant> rows = Contestant.ALL;
    int width = LABELS + 4 * COLUMN + 16;
    int height = TOP + rows.size() * ROW + 44;
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            + "font-family=\"Helvetica, Arial, sans-serif\" role=\"img\">",
        width, height, width, height);
    line("<title>Balancing strategies under four kinds of load</title>");
    line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    text(16, 28, "start", 17, "#1d1d1f", "bold", "What a strategy makes of ten servers");
    text(16, 48, "start", 12, "#6b6b70", "normal", "Shorter is better.");
    for (int row = 0; row < rows.size(); row++) {
      int y = TOP + row * ROW;
      if (row % 2 == 0) {
        line(
            "<rect x=\"8\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f6f6f8\"/>",
            y, width - 16, ROW);
      }
      text(LABELS - 12, y + 16, "end", 12, "#1d1d1f", "normal", rows.get(row).name());
    }
    for (int column = 0; column < Figures.SCENARIOS.size(); column++) {
      column(figures, Figures.SCENARIOS.get(column), LABELS + column * COLUMN);
    }
    legend(TOP + rows.size() * ROW + 26);
    line("</svg>");
  }

  private void column(Figures figures, Scenario scenario, int x) {
    boolean failures = scenario.failing();
    text(x, TOP - 26, "start", 13, "#1d1d1f", "bold", scenario.title());
    text(
        x,
        TOP - 10,
        "start",
        11,
        "#6b6b70",
        "normal",
        failures ? "requests that fail" : "99 of 100 done within (log)");
    int row = 0;
    double best = figures.of(scenario).values().stream()
        .mapToDouble(r -> value(r, failures))
        .min()
        .orElse(1);
    for (Result result : figures.of(scenario).values()) {
      double value = value(result, failures);
      double part = failures ? value / 0.7 : Math.log(value / 20) / Math.log(5000 / 20.0);
      String colour = colour(failures ? 1 + value * 12 : value / best);
      int y = TOP + row++ * ROW;
      double length = BAR * Math.min(Math.max(part, 0.01), 1);
      line(
          "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\" rx=\"2\" fill=\"%s\"/>",
          x, y + 5, length, colour);
      text(x + length + 5, y + 16, "start", 11, "#3a3a3e", "normal", label(result, failures));
    }
  }

  private static double value(Result result, boolean failures) {
    return failures ? result.failed() : result.p99();
  }

  private static String label(Result result, boolean failures) {
    if (failures) {
      return Page.percent(result.failed());
    }
    return Page.millis(result.p99());
  }

  /** By how many times worse than the best. */
  private static String colour(double times) {
    return times <= 1.5 ? GOOD : times <= 3 ? FAIR : POOR;
  }

  private void legend(int y) {
    String[] colours = {GOOD, FAIR, POOR};
    String[] means = {"up to 1.5 × the best (failures: up to 4 %)", "up to 3 × (17 %)", "more"};
    double x = 16;
    for (int i = 0; i < colours.length; i++) {
      line(
          "<rect x=\"%.0f\" y=\"%d\" width=\"11\" height=\"11\" rx=\"2\" fill=\"%s\"/>",
          x, y - 10, colours[i]);
      text(x + 17, y, "start", 11, "#6b6b70", "normal", means[i]);
      x += 40 + 5.4 * means[i].length();
    }
    text(x, y, "start", 11, "#6b6b70", "normal", "5.0 s: requests were given up");
  }

  private void text(
      double x, int y, String anchor, int size, String colour, String weight, String text) {
    line(
        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\" "
            + "font-weight=\"%s\">%s</text>",
        x, y, anchor, size, colour, weight, text);
  }

  private void line(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
