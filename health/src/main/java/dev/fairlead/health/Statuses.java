package dev.fairlead.health;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A set of HTTP statuses.
 *
 * @param ranges what it is made of
 * @param negated whether all others are meant
 */
record Statuses(List<StatusRange> ranges, boolean negated) {
  static final Statuses NONE = new Statuses(List.of(), false);

  private static final Pattern RANGE = Pattern.compile("\\s*(\\d{3})\\s*(?:-\\s*(\\d{3})\\s*)?");

  static Statuses range(int min, int max) {
    return new Statuses(List.of(new StatusRange(min, max)), false);
  }

  static Statuses each(String field, int... statuses) {
    if (statuses.length == 0) {
      throw new IllegalArgumentException(field + ": none (expected: at least one status)");
    }
    return new Statuses(
        Arrays.stream(statuses).mapToObj(s -> new StatusRange(s, s)).toList(), false);
  }

  /** For example {@code 200,204,301-303}, or {@code !500-599}. */
  static Statuses parse(String field, String text) {
    String trimmed = Objects.requireNonNull(text, field).strip();
    boolean negated = trimmed.startsWith("!");
    List<StatusRange> ranges = new ArrayList<>();
    for (String part : (negated ? trimmed.substring(1) : trimmed).split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw new IllegalArgumentException(
            "%s: '%s' (expected: statuses such as '200,204,301-303' or '!500-599')"
                .formatted(field, text));
      }
      int min = Integer.parseInt(range.group(1));
      ranges.add(
          new StatusRange(min, range.group(2) == null ? min : Integer.parseInt(range.group(2))));
    }
    return new Statuses(List.copyOf(ranges), negated);
  }

  boolean contain(int status) {
    return ranges.stream().anyMatch(range -> range.contains(status)) != negated;
  }

  @Override
  public String toString() {
    String all = ranges.stream().map(Objects::toString).collect(Collectors.joining(", "));
    return negated ? "not " + all : all;
  }
}
