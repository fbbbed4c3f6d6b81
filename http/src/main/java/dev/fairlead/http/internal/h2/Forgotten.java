package dev.fairlead.http.internal.h2;

/**
 * The streams that we have reset last, on which the peer may still be sending because it does not know yet
 * (RFC 9113 §5.4.2). On one event loop only.
 */
final class Forgotten {
  private static final int MOST = 256;

  private final int[] ids = new int[MOST];
  private int next;

  void add(int id) {
    ids[next] = id;
    next = (next + 1) % MOST;
  }

  boolean contains(int id) {
    for (int i = 0; i < MOST; i++) {
      if (ids[i] == id) {
        return true;
      }
    }
    return false;
  }
}
