package dev.fairlead.http;

import dev.fairlead.http.internal.ForwardRule;
import dev.fairlead.http.internal.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Tells servers the client's address in a field of each request (HAProxy: {@code option forwardfor}). A
 * field line of its own is added behind those that the client sent: the last one is the proxy's, all
 * others are the client's word. Immutable; a method with an argument returns a changed copy.
 *
 * <pre>{@code
 * ForwardedFor.defaults().header("X-Client-IP").except("10.0.0.0/8", "fd00::/8").ifNone()
 * }</pre>
 */
public final class ForwardedFor {
  private static final ForwardedFor DEFAULTS =
      new ForwardedFor("X-Forwarded-For", List.of(), false);

  private final String header;
  private final List<String> except;
  private final boolean ifNone;

  private ForwardedFor(String header, List<String> except, boolean ifNone) {
    this.header = header;
    this.except = List.copyOf(except);
    this.ifNone = ifNone;
  }

  /** {@return {@code X-Forwarded-For}, for every client, whether the request has such a field or not} */
  public static ForwardedFor defaults() {
    return DEFAULTS;
  }

  /** {@return the field's name} */
  public String header() {
    return header;
  }

  /**
   * Another field name.
   *
   * @param name a field name, for example {@code X-Client-IP}; not one that frames or routes a message
   * @return a changed copy
   * @throws IllegalArgumentException when it is not such a name
   */
  public ForwardedFor header(String name) {
    return new ForwardedFor(Names.field("header", name), except, ifNone);
  }

  /** {@return networks for whose clients nothing is added} */
  public List<String> except() {
    return except;
  }

  /**
   * Networks for whose clients nothing is added, typically other proxies that have added it already.
   *
   * @param networks IP addresses with or without a prefix length, for example {@code 10.0.0.0/8}; all of
   *     them, earlier ones are replaced
   * @return a changed copy
   * @throws IllegalArgumentException when one is not such a network
   */
  public ForwardedFor except(String... networks) {
    for (String network : networks) {
      Objects.requireNonNull(network, "except");
      if (Network.parse(network) == null) {
        throw new IllegalArgumentException(
            "except: '%s' (expected: an IP address or network, such as 10.0.0.0/8)"
                .formatted(network));
      }
    }
    return new ForwardedFor(header, List.of(networks), ifNone);
  }

  /** {@return whether it is added only where the client sent no such field} */
  public boolean onlyIfNone() {
    return ifNone;
  }

  /**
   * Adds it only where the client sent no such field: for proxies whose clients are all trusted.
   *
   * @return a changed copy
   */
  public ForwardedFor ifNone() {
    return new ForwardedFor(header, except, true);
  }

  ForwardRule rule() {
    List<Network> networks = new ArrayList<>();
    for (String network : except) {
      networks.add(Objects.requireNonNull(Network.parse(network)));
    }
    return new ForwardRule(header, networks, ifNone);
  }

  /** {@return it in a few words} */
  @Override
  public String toString() {
    return header + (except.isEmpty() ? "" : " except " + except) + (ifNone ? " if none" : "");
  }
}
