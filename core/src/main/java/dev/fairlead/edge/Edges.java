package dev.fairlead.edge;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The edges between the addresses inside a set of networks and those outside, in ascending order: from an
 * edge of even index up to the next one all addresses are inside, from one of odd index none is. Networks
 * that overlap or touch have no edge in between, so equal sets have equal edges.
 *
 * <p>A table of as many buckets as there are edges says between which of them to search: mostly one or
 * two, however many there are. Where many networks lie close together, the search among them is binary.
 */
final class Edges {
  private final long[] edges; // pairs: upper half, lower half
  private final int[]
      firstOf; // the first edge of each bucket; one more, the number of edges, at the end
  private final long base;
  private final int shift;

  private Edges(long[] edges) {
    this.edges = edges;
    int count = edges.length / 2;
    this.base = count == 0 ? 0 : edges[0];
    long width = count == 0 ? 0 : edges[edges.length - 2] - base;
    this.shift =
        Math.max(0, Integer.numberOfLeadingZeros(count) - Long.numberOfLeadingZeros(width) + 32);
    int buckets = (int) (width >>> shift) + 1;
    this.firstOf = new int[buckets + 1];
    int edge = 0;
    for (int bucket = 0; bucket <= buckets; bucket++) {
      while (edge < count && (edges[2 * edge] - base) >>> shift < bucket) {
        edge++;
      }
      firstOf[bucket] = edge;
    }
  }

  /** The edges of networks in any order. */
  static Edges of(List<Cidr> networks) {
    Iterator<Cidr> sorted = networks.stream().sorted().iterator();
    long[] edges = new long[16];
    int length = 0;
    boolean endless = false;
    while (sorted.hasNext() && !endless) {
      Cidr next = sorted.next();
      int order = length == 0 ? 1 : compare(next.high(), next.low(), edges, length - 2);
      if (order < 0) {
        continue; // begins inside the one before, so it ends there: networks do not cross
      }
      if (length + 4 > edges.length) {
        edges = Arrays.copyOf(edges, 2 * edges.length);
      }
      if (order == 0) {
        length -= 2; // touches the one before
      } else {
        edges[length++] = next.high();
        edges[length++] = next.low();
      }
      long low = next.lastLow() + 1;
      long high = next.lastHigh() + (low == 0 ? 1 : 0);
      endless = high == 0 && low == 0; // nothing lies behind the last of all addresses
      if (!endless) {
        edges[length++] = high;
        edges[length++] = low;
      }
    }
    return new Edges(Arrays.copyOf(edges, length));
  }

  /**
   * The edges among IPv4 addresses, which are the uppermost 32 bits here: in the table of all addresses,
   * they would share one bucket.
   */
  Edges ipv4() {
    long[] part = new long[edges.length + 2];
    int length = inside(0, Cidr.IPV4) ? 2 : 0;
    for (int i = 0; i < edges.length; i += 2) {
      if (Cidr.isIpv4(edges[i], edges[i + 1]) && edges[i + 1] != Cidr.IPV4) {
        part[length] = edges[i + 1] << 32;
        length += 2;
      }
    }
    return new Edges(Arrays.copyOf(part, length));
  }

  /** Whether an address is inside. */
  boolean inside(long high, long low) {
    if (Long.compareUnsigned(high, base) < 0) {
      return false;
    }
    long bucket = (high - base) >>> shift;
    if (Long.compareUnsigned(bucket, firstOf.length - 1) >= 0) {
      return (firstOf[firstOf.length - 1] & 1) == 1; // behind the last edge
    }
    int from = firstOf[(int) bucket];
    int to = firstOf[(int) bucket + 1];
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (compare(high, low, edges, 2 * middle) >= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return (from & 1) == 1;
  }

  private static int compare(long high, long low, long[] edges, int at) {
    int order = Long.compareUnsigned(high, edges[at]);
    return order == 0 ? Long.compareUnsigned(low, edges[at + 1]) : order;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Edges that && Arrays.equals(edges, that.edges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(edges);
  }
}
