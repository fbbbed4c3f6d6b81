package dev.fairlead.http.internal.h2;

/**
 * The streams that we have reset last, on which the peer may still be sending because it does not know yet
 * (RFC 9113 §5.4.2). On one event loop only.
 */
final class Forgotten {
  private final int[] ids;
  private int next;

  /**
   * Remembers none.
   *
   * @param most how many to remember
   */
  Forgotten(int most) {
    ids = new int[most];
  }

  void add(int id) {
    ids[next] = id;
    next = (next + 1) % ids.length;
  }

  boolean contains(int id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return true;
      }
    }
    return false;
  }
}
