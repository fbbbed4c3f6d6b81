package dev.fairlead.health;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What is looked for in the bytes that a server sent. Equal when it was configured equally. */
final class Needle {
  private enum Kind {
    TEXT,
    BINARY,
    REGEX,
    BINARY_REGEX
  }

  private final Kind kind;
  private final String source;
  private final @Nullable Pattern pattern;
  /** What it needs at the least. */
  private final int length;

  private Needle(Kind kind, String source, @Nullable Pattern pattern, int length) {
    this.kind = kind;
    this.source = source;
    this.pattern = pattern;
    this.length = length;
  }

  static Needle text(String text) {
    return literal(Kind.TEXT, ByteText.of(Arguments.notEmpty("text", text)));
  }

  static Needle binary(String hex) {
    return literal(Kind.BINARY, ByteText.ofHex("hex", Arguments.notEmpty("hex", hex)));
  }

  static Needle regex(String regex) {
    return pattern(Kind.REGEX, regex);
  }

  static Needle binaryRegex(String regex) {
    return pattern(Kind.BINARY_REGEX, regex);
  }

  private static Needle literal(Kind kind, String bytes) {
    if (bytes.length() > Exchange.MOST) {
      throw new IllegalArgumentException(
          "expect: %d bytes (expected: at most %d)".formatted(bytes.length(), Exchange.MOST));
    }
    return new Needle(kind, bytes, null, bytes.length());
  }

  private static Needle pattern(Kind kind, String regex) {
    try {
      return new Needle(kind, regex, Pattern.compile(Arguments.notEmpty("regex", regex)), 0);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regex: '%s' (expected: a regular expression; %s near index %d)"
              .formatted(regex, e.getDescription(), e.getIndex()),
          e);
    }
  }

  int length() {
    return length;
  }

  /**
   * Whether it occurs.
   *
   * @param effort what looking for it may cost, shared by all that one check looks for
   */
  boolean in(CharSequence received, Effort effort) {
    if (pattern == null) {
      return received.toString().contains(source);
    }
    String text = received.toString();
    effort.text = kind == Kind.BINARY_REGEX ? ByteText.hex(text) : text;
    try {
      return pattern.matcher(effort).find();
    } catch (StackOverflowError e) { // what repeats a group, recurses
      throw new IllegalStateException(
          "the regular expression is too deep for " + text.length() + " bytes", e);
    }
  }

  /**
   * How much regular expressions may read in one check: one that tries everything again and again must
   * not hold up the loop on which all checks live.
   */
  static final class Effort implements CharSequence {
    private static final int MOST = 2_000_000;

    private String text = "";
    private int spent;

    @Override
    public char charAt(int index) {
      if (++spent > MOST) {
        throw new IllegalStateException("the regular expression takes too long");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Needle that && kind == that.kind && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, source);
  }

  /** {@return for example {@code "+PONG"}, {@code /^220 /} or {@code binary 0A}} */
  @Override
  public String toString() {
    return switch (kind) {
      case TEXT -> ByteText.shown(source);
      case BINARY -> "binary " + ByteText.shownInHex(source);
      case REGEX -> '/' + source + '/';
      case BINARY_REGEX -> "binary /" + source + '/';
    };
  }
}
