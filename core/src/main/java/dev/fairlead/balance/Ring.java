package dev.fairlead.balance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A consistent ring: each server at many points of a circle of 2³² positions, each key at one. HAProxy's
 * takes the nearest point on either side, Nginx's the next one.
 *
 * <p>Where points times weights would come to more than {@link #MANY_POINTS}, all servers have them
 * thinned by the same power of two, rounded up: of a server's points the first ones are kept. Rings that
 * are to agree with another program are thinned beyond {@link #MOST_POINTS} only, where that program
 * would need gigabytes.
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

  /** Neither has any other. */
  static final int MOST_POINTS = 1 << 24;

  @Override
  public Layout layout(Roster roster) {
    return Circle.of(this, roster);
  }

  @Override
  public Layout layout(Roster roster, Layout outdated) {
    return outdated instanceof Circle circle ? circle.changed(roster) : layout(roster);
  }

  /** How many points each server has. */
  int[] counts(Roster roster) {
    boolean ours = kind == Kind.NEAREST && roster.serverKey() != ServerKey.ID;
    int most = ours ? MANY_POINTS : MOST_POINTS;
    int[] counts = new int[roster.size()];
    long all = 0;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = points * roster.weight(i);
      all += counts[i];
    }
    for (; all > most; all /= 2) {
      Arrays.setAll(counts, i -> (counts[i] + 1) / 2);
    }
    return counts;
  }

  static int total(int[] counts) {
    return Arrays.stream(counts).sum();
  }

  /** Writes the points of one server. */
  void write(Roster roster, int server, long[] into, int from, int to) {
    if (kind == Kind.KETAMA) {
      ketamaPoints(roster.text(server), server, into, from, to);
    } else if (roster.serverKey() == ServerKey.ID) {
      haproxyPoints(roster.id(server), server, into, from, to);
    } else {
      evenPoints(roster.hash(server, 0), server, into, from, to);
    }
  }

  private static long point(int position, int server) {
    return (long) (position ^ Integer.MIN_VALUE) << 32 | server;
  }

  /** HAProxy: {@code full_hash(id · 4096 + i)}. */
  private static void haproxyPoints(int id, int server, long[] into, int from, int to) {
    for (int i = from; i < to; i++) {
      into[i] = point(haproxyPosition(id, i - from), server);
    }
  }

  /** HAProxy's weights need no more than 4096 points; further numbers would be those of the next ids. */
  private static int haproxyPosition(int id, int i) {
    return i < 4096
        ? ClassicHashes.avalanche(id * 4096 + i)
        : (int) XxHash64.avalanche((long) id << 32 | i);
  }

  private static void evenPoints(long hash, int server, long[] into, int from, int to) {
    for (int i = from; i < to; i++) {
      long mixed = XxHash64.avalanche(hash + (i - from) * 0x9E3779B97F4A7C15L);
      into[i] = point((int) mixed, server);
    }
  }

  /** Nginx: {@code crc32(host \0 port previous-point)}, the previous point as four bytes, little-endian. */
  private static void ketamaPoints(String text, int server, long[] into, int from, int to) {
    String hostAndPort = text.indexOf('\0') < 0 ? text + "\0" : text;
    byte[] bytes = hostAndPort.getBytes(StandardCharsets.UTF_8);
    int base = Crc32.update(Crc32.START, bytes, bytes.length);
    int previous = 0;
    for (int i = from; i < to; i++) {
      previous = Crc32.end(Crc32.updateFour(base, previous));
      into[i] = point(previous, server);
    }
  }

  /** Nginx keeps one of several points at the same position. */
  boolean withoutTwins() {
    return kind == Kind.KETAMA;
  }

  Table table(int[] positions, int[] owners) {
    return new Search(positions, owners, kind == Kind.NEAREST);
  }

  @Override
  public String toString() {
    return kind == Kind.KETAMA ? "ketama()" : "ring(" + points + ")";
  }

  /** The points of the eligible servers. Positions are unsigned, stored so that they compare as signed. */
  private static final class Search implements Table {
    private final int[] positions;
    private final int[] owners;
    private final boolean nearest;

    Search(int[] positions, int[] owners, boolean nearest) {
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
