package dev.fairlead.internal.tls;

import io.netty.handler.ssl.SslContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was made of one reading of files: a context that offers all protocols of ALPN, and where these are
 * several, one for each of them alone. BoringSSL knows what to offer by context, not by connection. Immutable.
 */
final class AlpnContexts {
  private final SslContext all;
  private final Map<String, SslContext> alone;

  private AlpnContexts(SslContext all, Map<String, SslContext> alone) {
    this.all = all;
    this.alone = alone;
  }

  /**
   * Builds them, or none.
   *
   * @param alpn the protocols, maybe none
   * @param build makes a context that offers some of them
   */
  static AlpnContexts of(List<String> alpn, Function<List<String>, SslContext> build) {
    AlpnContexts built = new AlpnContexts(build.apply(alpn), new LinkedHashMap<>());
    try {
      if (alpn.size() > 1) {
        alpn.forEach(name -> built.alone.computeIfAbsent(name, only -> build.apply(List.of(only))));
      }
      return built;
    } catch (RuntimeException e) {
      built.release();
      throw e;
    }
  }

  /**
   * {@return the context for a connection}
   *
   * @param only the protocol that it offers; null for all
   * @throws IllegalArgumentException when it is none of several
   */
  SslContext offering(@Nullable String only) {
    if (only == null) {
      return all;
    }
    SslContext context = alone.get(only);
    if (context == null) {
      throw new IllegalArgumentException(
          "protocol: '%s' (expected: one of %s)".formatted(only, alone.keySet()));
    }
    return context;
  }

  /** Gives all of them up; connections keep what they need. */
  void release() {
    Contexts.release(all);
    alone.values().forEach(Contexts::release);
  }
}
