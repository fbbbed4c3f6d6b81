package dev.fairlead.http.internal.h2;

/**
 * The streams that we have reset last, on which the peer may still be sending because it does not know yet
 * (RFC 9113 §5.4.2), and how much: none of its window is given back any more. Nobody can be blamed for what is
 * too long ago to be remembered: any stream with a lower number may have been among it. On one event loop
 * only.
 */
final class Forgotten {
  private final int[] ids;
  private final int[] windows;
  private int next;
  private int lost;

  /**
   * Remembers none.
   *
   * @param most how many to remember
   */
  Forgotten(int most) {
    ids = new int[most];
    windows = new int[most];
  }

  /**
   * One more.
   *
   * @param window bytes that may still be on their way
   */
  void add(int id, int window) {
    lost = Math.max(lost, ids[next]);
    ids[next] = id;
    windows[next] = window;
    next = (next + 1) % ids.length;
  }

  /** {@return whether we have reset a stream, as far as is known} */
  boolean mayContain(int id) {
    return id <= lost || find(id) >= 0;
  }

  /** Data came; {@return whether it can have been on its way, and not without end} */
  boolean take(int id, int bytes) {
    int at = bytes == 0 ? -1 : find(id);
    if (at < 0 || windows[at] < bytes) {
      return false;
    }
    windows[at] -= bytes;
    return true;
  }

  private int find(int id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }
}
