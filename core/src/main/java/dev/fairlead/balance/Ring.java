package dev.fairlead.balance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A consistent ring: each server at many points of a circle of 2³² positions, each key at one. HAProxy's
 * takes the nearest point on either side, Nginx's the next one.
 *
 * <p>Where points times weights would come to more than {@link #MANY_POINTS}, all servers have them
 * thinned by the same power of two, rounded up: of a server's points the first ones are kept. Not so the
 * rings that are to agree with another program.
 *
 * @param kind where points are and which one a key takes
 * @param points how many a server has per unit of weight
 */
record Ring(Kind kind, int points) implements Mapping {
  enum Kind {
    NEAREST,
    KETAMA
  }

  static final int USUAL_POINTS = 16;
  static final int KETAMA_POINTS = 160;

  /** A ring of our own has no more, but for one a server. */
  static final int MANY_POINTS = 1 << 20;

  private static final long MOST_POINTS = 1 << 26;

  @Override
  public Layout layout(Roster roster) {
    int[] counts = counts(roster);
    long total = Arrays.stream(counts).asLongStream().sum();
    if (total > MOST_POINTS) {
      throw Check.bad("points in all", total, "at most " + MOST_POINTS + ": use smaller weights");
    }
    long[] circle = new long[(int) total];
    int at = 0;
    for (int i = 0; i < roster.size(); i++) {
      int count = counts[i];
      if (kind == Kind.KETAMA) {
        ketamaPoints(roster.text(i), circle, at, count, i);
      } else if (roster.serverKey() == ServerKey.ID) {
        haproxyPoints(roster.id(i), circle, at, count, i);
      } else {
        evenPoints(roster.hash(i, 0), circle, at, count, i);
      }
      at += count;
    }
    long[] sorted = Points.sorted(circle);
    long[] kept = kind == Kind.KETAMA ? withoutTwins(sorted) : sorted;
    return (places, eligible) -> narrowed(kept, places);
  }

  /** How many points each server has. */
  int[] counts(Roster roster) {
    int[] counts = new int[roster.size()];
    long all = 0;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = points * roster.weight(i);
      all += counts[i];
    }
    if (kind == Kind.NEAREST && roster.serverKey() != ServerKey.ID) {
      for (; all > MANY_POINTS; all /= 2) {
        Arrays.setAll(counts, i -> (counts[i] + 1) / 2);
      }
    }
    return counts;
  }

  private static long point(int position, int server) {
    return (long) (position ^ Integer.MIN_VALUE) << 32 | server;
  }

  /** HAProxy: {@code full_hash(id · 4096 + i)}. */
  private static void haproxyPoints(int id, long[] circle, int at, int count, int server) {
    for (int i = 0; i < count; i++) {
      circle[at + i] = point(haproxyPosition(id, i), server);
    }
  }

  /** HAProxy's weights need no more than 4096 points; further numbers would be those of the next ids. */
  private static int haproxyPosition(int id, int i) {
    return i < 4096
        ? ClassicHashes.avalanche(id * 4096 + i)
        : (int) XxHash64.avalanche((long) id << 32 | i);
  }

  private static void evenPoints(long hash, long[] circle, int at, int count, int server) {
    for (int i = 0; i < count; i++) {
      long mixed = XxHash64.avalanche(hash + i * 0x9E3779B97F4A7C15L);
      circle[at + i] = point((int) mixed, server);
    }
  }

  /** Nginx: {@code crc32(host \0 port previous-point)}, the previous point as four bytes, little-endian. */
  private static void ketamaPoints(String text, long[] circle, int at, int count, int server) {
    String hostAndPort = text.indexOf('\0') < 0 ? text + "\0" : text;
    byte[] bytes = hostAndPort.getBytes(StandardCharsets.UTF_8);
    int base = Crc32.update(Crc32.START, bytes, bytes.length);
    int previous = 0;
    for (int i = 0; i < count; i++) {
      int state = base;
      for (int shift = 0; shift < 32; shift += 8) {
        state = Crc32.update(state, previous >>> shift);
      }
      previous = Crc32.end(state);
      circle[at + i] = point(previous, server);
    }
  }

  /** Nginx keeps one of several points at the same position. */
  private static long[] withoutTwins(long[] circle) {
    int kept = 0;
    for (int i = 0; i < circle.length; i++) {
      if (i == 0 || circle[i] >> 32 != circle[kept - 1] >> 32) {
        circle[kept++] = circle[i];
      }
    }
    return Arrays.copyOf(circle, kept);
  }

  private Table narrowed(long[] circle, int[] places) {
    int[] positions = new int[circle.length];
    int[] owners = new int[circle.length];
    int count = 0;
    for (long point : circle) {
      int place = places[(int) point];
      if (place >= 0) {
        positions[count] = (int) (point >> 32);
        owners[count++] = place;
      }
    }
    return new Circle(
        Arrays.copyOf(positions, count), Arrays.copyOf(owners, count), kind == Kind.NEAREST);
  }

  @Override
  public String toString() {
    return kind == Kind.KETAMA ? "ketama()" : "ring(" + points + ")";
  }

  /** The points of the eligible servers. Positions are unsigned, stored so that they compare as signed. */
  private static final class Circle implements Table {
    private final int[] positions;
    private final int[] owners;
    private final boolean nearest;

    Circle(int[] positions, int[] owners, boolean nearest) {
      this.positions = positions;
      this.owners = owners;
      this.nearest = nearest;
    }

    @Override
    public int find(long hash, KeyBuffer key, PickContext request, Judge judge, long slots) {
      return Walk.from(owners, start((int) hash), request, judge, slots);
    }

    private int start(int position) {
      int found = Arrays.binarySearch(positions, position ^ Integer.MIN_VALUE);
      if (found >= 0) {
        while (found > 0 && positions[found - 1] == positions[found]) {
          found--;
        }
      } else {
        found = -found - 1;
      }
      int next = found == positions.length ? 0 : found;
      if (!nearest) {
        return next;
      }
      int previous = next == 0 ? positions.length - 1 : next - 1;
      int back = (position ^ Integer.MIN_VALUE) - positions[previous]; // modulo 2³²
      int forth = positions[next] - (position ^ Integer.MIN_VALUE);
      return Integer.compareUnsigned(back, forth) <= 0 ? previous : next;
    }
  }
}
