package dev.fairlead.health;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for one header field of an answer.
 *
 * @param name in any case
 * @param wanted whether the field must be there; only without a rule
 * @param value for its values, each field line on its own: one of them must be so, or for a negated rule
 *     none must be; null when any will do
 */
record FieldRule(String name, boolean wanted, @Nullable TextRule value) {
  /** What was seen instead; null when the rule holds. */
  @Nullable
  String broken(Function<String, List<String>> fields) {
    List<String> values = fields.apply(name);
    BoundedText.Effort effort = new BoundedText.Effort();
    boolean found = value == null
        ? !values.isEmpty()
        : values.stream().anyMatch(line -> value.finds(line, effort));
    if (found == (value == null ? wanted : !value.negated())) {
      return null;
    }
    return values.isEmpty()
        ? "no header " + name
        : "header %s: '%s'".formatted(name, String.join("', '", values));
  }

  @Override
  public String toString() {
    if (value == null) {
      return (wanted ? "header " : "no header ") + name;
    }
    return "header " + name + " " + value;
  }
}
