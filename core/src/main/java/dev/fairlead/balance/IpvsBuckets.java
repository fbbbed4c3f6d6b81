package dev.fairlead.balance;

/**
 * The 256 buckets of IPVS {@code sh} and {@code dh}, dealt out to all configured servers in turn; the
 * bucket of a key is {@code ((address words xored + port) · 2654435761) & 255}.
 *
 * @param weighted each server has as many buckets in a row as its weight ({@code sh}), or one ({@code dh})
 * @param fallback whether another bucket is looked for when the server is not to be had
 */
record IpvsBuckets(boolean weighted, boolean fallback) implements Mapping {
  private static final int BUCKETS = 256;
  private static final long GOLDEN = 2_654_435_761L;

  @Override
  public boolean ownFunction() {
    return true;
  }

  @Override
  public Layout layout(Roster roster) {
    int[] buckets = new int[BUCKETS];
    int server = 0;
    int dealt = 0;
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = server;
      if (++dealt >= (weighted ? roster.weight(server) : 1)) {
        server = (server + 1) % roster.size();
        dealt = 0;
      }
    }
    return (places, eligible) -> new Table() {
      @Override
      public int find(long hash, KeyBuffer key, PickContext request, Judge judge, long slots) {
        int first = (int) ((ClassicHashes.fold(key) + port(key)) * GOLDEN) & (BUCKETS - 1);
        int place = places[buckets[first]];
        if (place >= 0 && judge.accepts(place, request, slots)) {
          return place;
        }
        for (int i = 0; fallback && i < BUCKETS; i++) {
          int bucket = (i + 2 * first) & (BUCKETS - 1); // twice the first: as the kernel has it
          place = places[buckets[bucket]];
          if (place >= 0 && judge.accepts(place, request, slots)) {
            return place;
          }
        }
        return NONE;
      }

      @Override
      public boolean givesUp() {
        return true;
      }
    };
  }

  /** The two bytes after the words of an address. */
  private static int port(KeyBuffer key) {
    int length = key.length();
    return length % 4 == 2
        ? (key.bytes()[length - 2] & 0xff) << 8 | (key.bytes()[length - 1] & 0xff)
        : 0;
  }

  @Override
  public String toString() {
    return (weighted ? "ipvsSourceHash" : "ipvsDestinationHash") + "(fallback=" + fallback + ")";
  }
}
