package dev.fairlead.balance;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The points of all configured servers in order, those at the same position by server: the layout of a
 * {@link Ring}. After a change of the list only the points of new servers, and of those whose weight
 * changed, are made and sorted; the others are taken over as they stand. Immutable.
 */
final class Circle implements Mapping.Layout {
  private static final int GONE = -1;

  /** Where a point stands, without whose it is. */
  private static final long POSITION = 0xffff_ffff_0000_0000L;

  private final Ring ring;
  private final Roster roster;
  private final int[] counts;

  private final long[] points;

  private Circle(Ring ring, Roster roster, int[] counts, long[] points) {
    this.ring = ring;
    this.roster = roster;
    this.counts = counts;
    this.points = points;
  }

  static Circle of(Ring ring, Roster roster) {
    int[] counts = ring.counts(roster);
    return new Circle(ring, roster, counts, made(ring, roster, counts, new boolean[counts.length]));
  }

  /** The circle of another list: the same as if it were made anew. */
  Circle changed(Roster next) {
    int[] nextCounts = ring.counts(next);
    int[] becomes = becomes(next, nextCounts);
    boolean[] kept = new boolean[nextCounts.length];
    int last = GONE;
    for (int server : becomes) {
      if (server != GONE) {
        if (server < last) {
          return of(ring, next); // another order: points of equal position change places
        }
        kept[server] = true;
        last = server;
      }
    }
    long[] made = made(ring, next, nextCounts, kept);
    return new Circle(ring, next, nextCounts, merged(becomes, made, Ring.total(nextCounts)));
  }

  /** Positions above and servers below, as {@link Points} has them; not to be written. */
  long[] points() {
    return points;
  }

  /** For each server its number in the other list, where its points are the same there. */
  private int[] becomes(Roster next, int[] nextCounts) {
    int[] becomes = new int[counts.length];
    Arrays.fill(becomes, GONE);
    if (next.serverKey() == roster.serverKey()) {
      Map<String, Integer> numbers = new HashMap<>();
      for (int i = 0; i < nextCounts.length; i++) {
        numbers.put(next.text(i), i);
      }
      for (int i = 0; i < counts.length; i++) {
        int number = numbers.getOrDefault(roster.text(i), GONE);
        becomes[i] = number != GONE && nextCounts[number] == counts[i] ? number : GONE;
      }
    }
    return becomes;
  }

  /** The points of all but some servers, sorted. */
  private static long[] made(Ring ring, Roster roster, int[] counts, boolean[] without) {
    int total = 0;
    for (int i = 0; i < counts.length; i++) {
      total += without[i] ? 0 : counts[i];
    }
    long[] points = new long[total];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      if (!without[i]) {
        ring.write(roster, i, points, at, at + counts[i]);
        at += counts[i];
      }
    }
    return Points.sorted(points);
  }

  private long[] merged(int[] becomes, long[] made, int total) {
    long[] merged = new long[total];
    int at = 0;
    int next = 0;
    for (long point : points) {
      int server = becomes[(int) point];
      if (server != GONE) {
        long kept = (point & POSITION) | server;
        while (next < made.length && made[next] < kept) {
          merged[at++] = made[next++];
        }
        merged[at++] = kept;
      }
    }
    System.arraycopy(made, next, merged, at, made.length - next);
    return merged;
  }

  @Override
  public Mapping.Table table(int[] places, int eligible) {
    int[] positions = new int[points.length];
    int[] owners = new int[points.length];
    boolean withoutTwins = ring.withoutTwins();
    int count = 0;
    for (int i = 0; i < points.length; i++) {
      int position = (int) (points[i] >> 32);
      boolean twin = i > 0 && position == (int) (points[i - 1] >> 32);
      int place = places[(int) points[i]];
      if (place >= 0 && !(twin && withoutTwins)) {
        positions[count] = position;
        owners[count++] = place;
      }
    }
    return ring.table(cut(positions, count), cut(owners, count));
  }

  private static int[] cut(int[] array, int length) {
    return length == array.length ? array : Arrays.copyOf(array, length);
  }
}
