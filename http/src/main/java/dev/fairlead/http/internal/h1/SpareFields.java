package dev.fairlead.http.internal.h1;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Trailer sections to be used again. Whoever has one told may look at it and drop fields during that call
 * only; who needs it for longer takes a copy. On one event loop only.
 */
public final class SpareFields {
  private static final int MOST = 256;

  private final ArrayDeque<Fields> spare = new ArrayDeque<>();

  /** None yet. */
  public SpareFields() {}

  /** {@return an empty section, the caller's until it is given back} */
  public Fields lend() {
    Fields fields = spare.pollLast();
    return fields == null ? new Fields() : fields;
  }

  /** {@return a section with the same fields, the caller's until it is given back; null for null} */
  public @Nullable Fields copy(@Nullable Fields of) {
    if (of == null) {
      return null;
    }
    Fields copy = lend();
    copy.copy(of);
    return copy;
  }

  /**
   * Takes a section back.
   *
   * @param fields which nobody looks at any more; or null
   */
  public void giveBack(@Nullable Fields fields) {
    if (fields != null) {
      fields.reset();
      if (spare.size() < MOST) {
        spare.addLast(fields);
      }
    }
  }
}
