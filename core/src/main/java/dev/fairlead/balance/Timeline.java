package dev.fairlead.balance;

import java.util.Arrays;

/**
 * Servers at positions of a timeline, taken from its beginning: a page for each position, used again once
 * it was passed, so that putting and taking cost O(1) but for those who stand at the same position, of whom
 * there is one on the average. Not thread-safe.
 */
final class Timeline {
  static final int NOBODY = -1;

  /** The first server of each page; the next one of each server. */
  private final int[] pages;

  private final int[] next;
  private final int[] ranks;
  private int at;
  private int standing;

  /**
   * @param servers how many there are; each stands at one position, or nowhere
   * @param start the first position
   * @param reach how far a server is put, at most, behind the position that was last taken or free
   */
  Timeline(int servers, int start, int reach) {
    this.pages = new int[Integer.highestOneBit(reach) << 1];
    this.next = new int[servers];
    this.ranks = new int[servers];
    this.at = start;
    Arrays.fill(pages, NOBODY);
  }

  private int page() {
    return at & (pages.length - 1);
  }

  /** Whether nobody stands at a position, nor before. */
  boolean isFreeTo(int position) {
    while (at <= position && pages[page()] == NOBODY) {
      at++;
    }
    return at > position;
  }

  /** Who stands first; {@link #NOBODY} when the line is empty. */
  int take() {
    if (standing == 0) {
      return NOBODY;
    }
    while (pages[page()] == NOBODY) {
      at++;
    }
    int server = pages[page()];
    pages[page()] = next[server];
    standing--;
    return server;
  }

  /** Those at the same position stand by rank, then as they came. */
  void put(int server, int position, int rank) {
    int page = position & (pages.length - 1);
    ranks[server] = rank;
    standing++;
    int before = NOBODY;
    int after = pages[page];
    while (after != NOBODY && ranks[after] <= rank) {
      before = after;
      after = next[after];
    }
    next[server] = after;
    if (before == NOBODY) {
      pages[page] = server;
    } else {
      next[before] = server;
    }
  }
}
