package dev.fairlead.balance;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * The host of an address as a configuration names it: a name or an IPv4 address as it is, an IPv6 address
 * in brackets and in its shortest form (RFC 5952), which is what Nginx hashes for {@code [::1]:8080}.
 */
final class HostText {
  private static final int GROUPS = 8;

  private HostText() {}

  static String of(InetSocketAddress address) {
    String host = address.getHostString();
    if (host.indexOf(':') < 0 || host.startsWith("[")) {
      return host;
    }
    return "[" + (address.getAddress() instanceof Inet6Address ip ? shortest(ip) : host) + "]";
  }

  private static String shortest(Inet6Address ip) {
    byte[] bytes = ip.getAddress();
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int start = longestZeros(groups);
    int end = start + zeros(groups, start);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (end - start > 1 && i >= start && i < end) {
        text.append(i == start ? "::" : "");
      } else {
        boolean first = i == 0 || (end - start > 1 && i == end);
        text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    String full = ip.getHostAddress();
    int scope = full.indexOf('%');
    return text.append(scope < 0 ? "" : full.substring(scope)).toString();
  }

  /** Where the most groups of zero follow each other, of equals the first. */
  private static int longestZeros(int[] groups) {
    int best = 0;
    for (int i = 1; i < GROUPS; i++) {
      best = zeros(groups, i) > zeros(groups, best) ? i : best;
    }
    return best;
  }

  private static int zeros(int[] groups, int from) {
    int end = from;
    while (end < GROUPS && groups[end] == 0) {
      end++;
    }
    return end - from;
  }
}
