package dev.fairlead.balance;

/**
 * Who takes part in which round of filling a table: a server of weight w in round k when {@code
 * ⌈k·w/w_max⌉} is more than in the round before. So all do in the first one, and nobody goes without; the
 * heaviest do in every one. A round is a set of bits, so that light servers are passed over 64 at a time.
 */
final class Rounds {
  private final int[] weights;
  private final int greatest;
  private final long[] times;
  private final long[][] due; // a calendar: no server skips more rounds than this has pages
  private int round = 1;
  private int from;
  private long looks;

  Rounds(Roster roster) {
    int size = roster.size();
    weights = new int[size];
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      weights[i] = roster.weight(i);
      least = Math.min(least, weights[i]);
    }
    greatest = roster.greatestWeight();
    times = new long[size];
    due = new long[greatest / least + 2][(size + 63) / 64];
    long[] first = due[round % due.length];
    for (int i = 0; i < size; i++) {
      first[i >> 6] |= 1L << i;
    }
  }

  /** The next server of this round; -1 at its end, after which the next round begins. */
  int next() {
    long[] now = due[round % due.length];
    for (int word = from; word < now.length; word++) {
      looks++;
      if (now[word] != 0) {
        from = word;
        int server = (word << 6) + Long.numberOfTrailingZeros(now[word]);
        now[word] &= now[word] - 1;
        comesAgain(server);
        return server;
      }
    }
    from = 0;
    round++;
    return -1;
  }

  /** For the n-th time in the first round k with k·w > (n − 1)·w_max. */
  private void comesAgain(int server) {
    long next = ++times[server] * greatest / weights[server] + 1;
    due[(int) (next % due.length)][server >> 6] |= 1L << server;
  }

  /** How many words were looked at so far. */
  long looks() {
    return looks;
  }
}
