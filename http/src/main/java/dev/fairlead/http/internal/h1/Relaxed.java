package dev.fairlead.http.internal.h1;

/**
 * Which violations pass.
 *
 * @param bareLf lines that end with a line feed alone
 * @param folded fields that go on in a further line
 * @param nonAsciiTarget bytes beyond ASCII in the target
 * @param repeatedLength the same Content-Length more than once
 * @param lengthBesideCoding Content-Length beside Transfer-Encoding
 */
public record Relaxed(
    boolean bareLf,
    boolean folded,
    boolean nonAsciiTarget,
    boolean repeatedLength,
    boolean lengthBesideCoding) {
  /** None of them. */
  public static final Relaxed NOTHING = new Relaxed(false, false, false, false, false);
}
