package dev.fairlead.health;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for a text in a server's answer: a header field or a body (HAProxy: {@code http-check
 * expect string}, {@code rstring}, {@code hdr … -m}; Nginx: {@code =}, {@code ~} in {@code match}).
 * Immutable. Letters are compared with case; a regular expression ignores it after {@code (?i)}.
 */
public final class TextRule {
  /** How a text is compared. */
  private enum Kind {
    EQUAL("equal to '%s'"),
    CONTAINING("containing '%s'"),
    MATCHING("matching /%s/");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final Kind kind;
  private final String what;
  private final boolean negated;
  private final @Nullable Pattern pattern;

  private TextRule(Kind kind, String what, boolean negated, @Nullable Pattern pattern) {
    this.kind = kind;
    this.what = what;
    this.negated = negated;
    this.pattern = pattern;
  }

  /**
   * The text is this one.
   *
   * @param text the whole of it
   * @return the rule
   */
  public static TextRule equalTo(String text) {
    return new TextRule(Kind.EQUAL, Objects.requireNonNull(text, "text"), false, null);
  }

  /**
   * The text has this one in it.
   *
   * @param part at least one character
   * @return the rule
   */
  public static TextRule contains(String part) {
    if (part.isEmpty()) {
      throw new IllegalArgumentException("contains: '' (expected: at least one character)");
    }
    return new TextRule(Kind.CONTAINING, part, false, null);
  }

  /**
   * The regular expression is found somewhere in the text. A search that takes more than {@value
   * BoundedText#MOST_STEPS} steps through the text, as some expressions do on texts that they do not match,
   * is given up, and the check fails and says so.
   *
   * @param regex in the syntax of {@link Pattern}
   * @return the rule
   * @throws IllegalArgumentException when it is none
   */
  public static TextRule regex(String regex) {
    try {
      return new TextRule(Kind.MATCHING, regex, false, Pattern.compile(regex));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regex: '%s' (expected: a regular expression; %s at %d)"
              .formatted(regex, e.getDescription(), e.getIndex()),
          e);
    }
  }

  /** {@return the rule that holds where this one does not} */
  public TextRule not() {
    return new TextRule(kind, what, !negated, pattern);
  }

  boolean negated() {
    return negated;
  }

  /** Whether the text is as the words say, negated or not: {@code a not containing b} for one with b. */
  boolean finds(String text) {
    return finds(text, new BoundedText.Effort());
  }

  /** The same for one of several texts. */
  boolean finds(String text, BoundedText.Effort effort) {
    return switch (kind) {
      case EQUAL -> text.equals(what);
      case CONTAINING -> text.contains(what);
      case MATCHING -> BoundedText.find(Objects.requireNonNull(pattern, "pattern"), text, effort);
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TextRule that
        && kind == that.kind
        && what.equals(that.what)
        && negated == that.negated;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, what, negated);
  }

  /** {@return for example {@code not containing 'error'}} */
  @Override
  public String toString() {
    return (negated ? "not " : "") + kind.words.formatted(what);
  }
}
