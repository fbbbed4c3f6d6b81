package dev.fairlead.balance;

import java.util.Arrays;

/**
 * Nginx's {@code hash} and {@code ip_hash}: a number modulo the weights of all servers, also those that
 * are down; while that server is not to be had the key is hashed again, 20 times, then the fallback has
 * its turn. So the keys of a server that is down spread over the others, and no other key moves.
 */
enum NginxTries implements Mapping {
  /** The sum of {@code (crc32([try] key) >> 16) & 0x7fff} over the tries. */
  HASH {
    @Override
    int next(int before, int tries, KeyBuffer key) {
      int state = Crc32.START;
      if (tries >= 10) {
        state = Crc32.update(state, '0' + tries / 10);
      }
      if (tries > 0) {
        state = Crc32.update(state, '0' + tries % 10);
      }
      int crc = Crc32.end(Crc32.update(state, key.bytes(), key.length()));
      return before + (crc >>> 16 & 0x7fff);
    }
  },

  /**
   * {@code h = (113·h + byte) % 6271} from 89, over three of four bytes of an IPv4 address and all of
   * any other key; each try goes on from the last.
   */
  IP_HASH {
    @Override
    int next(int before, int tries, KeyBuffer key) {
      int hash = tries == 0 ? 89 : before;
      byte[] bytes = key.bytes();
      int length = key.length() == 4 ? 3 : key.length();
      for (int i = 0; i < length; i++) {
        hash = (hash * 113 + (bytes[i] & 0xff)) % 6271;
      }
      return hash;
    }
  };

  private static final int TRIES = 21;

  abstract int next(int before, int tries, KeyBuffer key);

  @Override
  public boolean ownFunction() {
    return true;
  }

  @Override
  public Layout layout(Roster roster) {
    int[] ends = new int[roster.size()];
    int total = 0;
    for (int i = 0; i < ends.length; i++) {
      total += roster.weight(i);
      ends[i] = total;
    }
    int weights = total;
    return (places, eligible) -> new Table() {
      @Override
      public int find(long ignored, KeyBuffer key, PickContext request, Judge judge, long slots) {
        int hash = 0;
        for (int tries = 0; tries < TRIES; tries++) {
          hash = next(hash, tries, key);
          int place = places[server(ends, hash % weights)];
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

  /** The first server whose weights end beyond a point. */
  private static int server(int[] ends, int point) {
    int found = Arrays.binarySearch(ends, point + 1);
    return found >= 0 ? found : -found - 1;
  }

  @Override
  public String toString() {
    return this == HASH ? "nginxHash()" : "nginxIpHash()";
  }
}
