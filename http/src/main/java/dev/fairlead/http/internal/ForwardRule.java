package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.RequestHead;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells servers who the client is (HAProxy: {@code option forwardfor}). Immutable.
 *
 * @param header the field's name
 * @param except clients for which nothing is added
 * @param ifNone whether it is added only where no field of that name is
 */
public record ForwardRule(String header, List<Network> except, boolean ifNone) {
  private static final byte[] NOTHING = new byte[0];

  /** Copies the list. */
  public ForwardRule {
    except = List.copyOf(except);
  }

  /** {@return the field line for a client's requests, made once per connection; empty for none} */
  static byte[] line(@Nullable ForwardRule rule, SocketAddress client) {
    if (rule == null
        || !(client instanceof InetSocketAddress inet)
        || inet.getAddress() == null
        || rule.except.stream().anyMatch(network -> network.contains(inet.getAddress()))) {
      return NOTHING;
    }
    return Ascii.bytes(rule.header + ": " + NetUtil.toAddressString(inet.getAddress()) + "\r\n");
  }

  /** {@return whether the line is added to one request} */
  static boolean adds(@Nullable ForwardRule rule, RequestHead head) {
    return rule == null || !rule.ifNone || !head.passes(rule.header);
  }
}
