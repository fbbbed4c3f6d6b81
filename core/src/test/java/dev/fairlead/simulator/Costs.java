package dev.fairlead.simulator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What JMH measured, from its CSV files.
 *
 * @param pickLines of {@code PickBenchmark.lease -prof gc}
 * @param crowdedLines of {@code CrowdedBenchmark}
 * @param rebuildLines of {@code RebuildBenchmark}
 */
record Costs(List<String> pickLines, List<String> crowdedLines, List<String> rebuildLines) {
  private static final String BYTES = "gc.alloc.rate.norm";

  /** Benchmark, score and parameters in the order of their names. */
  private record Line(String benchmark, double score, List<String> parameters) {
    static Line of(String text) {
      String[] cells = text.replace("\"", "").split(",", -1);
      return new Line(
          cells[0], Double.parseDouble(cells[4]), List.of(cells).subList(7, cells.length));
    }
  }

  private static List<Line> lines(List<String> texts) {
    List<Line> lines = new ArrayList<>();
    for (String text : texts) {
      if (!text.isBlank() && !text.startsWith("\"Benchmark\"")) {
        lines.add(Line.of(text));
      }
    }
    return lines;
  }

  private static double score(List<Line> lines, String benchmark, String... parameters) {
    return lines.stream()
        .filter(
            l -> l.benchmark().endsWith(benchmark) && l.parameters().equals(List.of(parameters)))
        .mapToDouble(Line::score)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Nanoseconds and multiples of round robin's, by strategy and number of servers. */
  String picks() {
    List<Line> lines = lines(pickLines);
    StringBuilder table = new StringBuilder(
        "| strategy | 3 servers | × | 100 | × | 10,000 | × | bytes |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (String strategy : names(lines, 1)) {
      table.append("| `").append(strategy).append('`');
      double bytes = 0;
      for (String servers : List.of("3", "100", "10000")) {
        double nanos = score(lines, ".lease", servers, strategy);
        double one = score(lines, ".lease", servers, "roundRobin");
        bytes = Math.max(bytes, score(lines, BYTES, servers, strategy));
        table.append(" | ").append(number(nanos)).append(" | ").append(number(nanos / one));
      }
      table.append(" | ").append(String.format(Locale.ROOT, "%.0f", bytes)).append(" |\n");
    }
    return table.toString().stripTrailing();
  }

  /** Nanoseconds by strategy and free servers. */
  String crowded() {
    List<Line> lines = lines(crowdedLines);
    StringBuilder table =
        new StringBuilder("| strategy | none is free | 1 is | 100 are |\n|---|---:|---:|---:|\n");
    for (String strategy : names(lines, 2)) {
      table.append("| `").append(strategy).append('`');
      for (String free : List.of("0", "1", "100")) {
        table.append(" | ").append(number(score(lines, ".pick", free, "10000", strategy)));
      }
      table.append(" |\n");
    }
    return table.toString().stripTrailing();
  }

  /** Milliseconds by strategy and weights. */
  String rebuilds() {
    List<Line> lines = lines(rebuildLines);
    StringBuilder table = new StringBuilder(
        "| strategy | new list, weight 1 | one joins | one down | new list, weights 1–256 | one joins | one down |\n|---|---:|---:|---:|---:|---:|---:|\n");
    for (String strategy : names(lines, 2)) {
      table.append("| `").append(strategy).append('`');
      for (String heaviest : List.of("1", "256")) {
        for (String what : List.of(".list", ".join", ".flap")) {
          double micros = score(lines, what, heaviest, "10000", strategy);
          table.append(" | ").append(Double.isNaN(micros) ? "–" : number(micros / 1000) + " ms");
        }
      }
      table.append(" |\n");
    }
    return table.toString().stripTrailing();
  }

  private static Set<String> names(List<Line> lines, int parameter) {
    Set<String> names = new LinkedHashSet<>();
    lines.forEach(l -> names.add(l.parameters().get(parameter)));
    return names;
  }

  private static String number(double value) {
    return value >= 10
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, value >= 1 ? "%.1f" : "%.2f", value);
  }
}
