package dev.fairlead.spi;

import dev.fairlead.balance.Candidate;
import java.util.Arrays;

/** The servers that have failed for one request. Not thread-safe; costs nothing while it is empty. */
public final class Tried {
  private static final int[] NONE = {};

  private int[] ids = NONE;

  /** None yet. */
  public Tried() {}

  /**
   * Adds a server.
   *
   * @param server one that has failed
   */
  public void add(Candidate server) {
    if (!contains(server)) {
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = server.id();
    }
  }

  /**
   * Looks for a server.
   *
   * @param server any
   * @return whether it has failed
   */
  public boolean contains(Candidate server) {
    for (int id : ids) {
      if (id == server.id()) {
        return true;
      }
    }
    return false;
  }

  /** None again. */
  public void clear() {
    ids = NONE;
  }
}
