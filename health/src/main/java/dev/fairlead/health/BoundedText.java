package dev.fairlead.health;

import java.io.Serial;
import java.util.regex.Pattern;

/**
 * A text that a regular expression can look at only so often: an expression that would search for years
 * costs the control loop some tens of milliseconds instead.
 */
final class BoundedText implements CharSequence {
  static final int MOST_STEPS = 4_000_000;

  private final CharSequence text;
  private final Effort effort;

  private BoundedText(CharSequence text, Effort effort) {
    this.text = text;
    this.effort = effort;
  }

  /** What may still be spent on some texts together. */
  static final class Effort {
    private int left = MOST_STEPS;
  }

  /** The search was given up. */
  static final class GivenUp extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    GivenUp(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Whether a pattern is found.
   *
   * @param effort shared by all texts that one rule looks at
   * @throws GivenUp when it is not known after {@link #MOST_STEPS}
   */
  static boolean find(Pattern pattern, CharSequence text, Effort effort) {
    try {
      return pattern.matcher(new BoundedText(text, effort)).find();
    } catch (StackOverflowError e) { // what repeats a group, recurses
      throw new GivenUp("/%s/ is too deep for a text of %d".formatted(pattern, text.length()));
    } catch (GivenUp e) {
      throw new GivenUp("/%s/ takes more than %d steps".formatted(pattern, MOST_STEPS));
    }
  }

  @Override
  public char charAt(int index) {
    if (--effort.left < 0) {
      throw new GivenUp("");
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new BoundedText(text.subSequence(start, end), effort);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
