package dev.fairlead.http.internal.h1;

/**
 * How large a head may be, and what is let pass in it.
 *
 * @param line bytes of the first line, without its end
 * @param head bytes of the whole head
 * @param fields how many field lines
 * @param relaxed which violations pass
 */
public record Limits(int line, int head, int fields, Relaxed relaxed) {
  /**
   * Limits of what is well-formed.
   *
   * @param line bytes of the first line, without its end
   * @param head bytes of the whole head
   * @param fields how many field lines
   */
  public Limits(int line, int head, int fields) {
    this(line, head, fields, Relaxed.NOTHING);
  }
}
