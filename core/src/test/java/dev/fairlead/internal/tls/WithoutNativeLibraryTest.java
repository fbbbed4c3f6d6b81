package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Netty-tcnative is optional: what is loaded without it works. */
class WithoutNativeLibraryTest {
  /** Runs among classes of its own, as in an application that has no netty-tcnative. */
  public static final class Inside implements Callable<String> {
    /** Creates it; by reflection. */
    public Inside() {}

    @Override
    public String call() {
      Certs.Pair pair = new Certs.Pair(TlsProvider.AUTO, TlsProvider.AUTO);
      try (ServerTlsContexts server =
              Certs.server(pair.serverTls(Certs.CA.server("a.test")).sessionTickets(false));
          ClientTlsContext client = Certs.client(pair.clientTls())) {
        for (int i = 0; i < 2; i++) {
          try (TlsPair shaken = TlsPair.of(client, "a.test", server)) {
            shaken.echo("hello");
            boolean isNative = Objects.requireNonNull(server.pick(null, true)).isNative();
            if (isNative || shaken.server.info().resumed() != (i > 0)) {
              return "native: " + isNative;
            }
          }
        }
        ServerTls other = pair.clientTls().trust(Certs.OTHER_TRUST);
        try (ClientTlsContext distrusting = Certs.client(other);
            TlsPair failed = TlsPair.of(distrusting, "a.test", server)) {
          return refused(pair) + "; " + TlsFailures.of(failed.client.failure()).failure();
        }
      }
    }

    private static String refused(Certs.Pair pair) {
      Tls tls = pair.serverTls(Certs.CA.server("a.test")).provider(TlsProvider.OPENSSL);
      try (ServerTlsContexts server = Certs.server(tls)) {
        return server.expiries().toString();
      } catch (TlsMaterialException e) {
        return String.valueOf(e.getMessage()).replaceFirst(": java.*", "");
      }
    }
  }

  @Test
  void the_jdk_takes_over_and_asking_for_openssl_says_what_is_missing() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("tcnative")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    URL[] path = urls.toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
      Callable<?> inside = (Callable<?>)
          loader.loadClass(Inside.class.getName()).getConstructor().newInstance();
      assertThat(inside.call())
          .isEqualTo("provider: OPENSSL: not there"
              + " (expected: netty-tcnative on the class path); TLS_UNKNOWN_CA");
    }
  }
}
