package dev.fairlead.internal.tls;

import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsVersion;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What contexts for clients and for servers have in common when they are built. Stateless. */
final class Contexts {
  private Contexts() {}

  /** Who does the cryptography for a certificate of ours. */
  static SslProvider provider(TlsProvider wanted, @Nullable LoadedCertificate certificate) {
    boolean edwards = certificate != null && certificate.keyType().equals("EdDSA");
    if (wanted == TlsProvider.JDK || (wanted == TlsProvider.AUTO && edwards)) {
      return SslProvider.JDK;
    }
    if (OpenSsl.isAvailable()) {
      if (edwards) {
        throw new TlsMaterialException(
            "provider", wanted, "no Ed25519 and Ed448 keys (expected: JDK)", null);
      }
      return SslProvider.OPENSSL_REFCNT;
    }
    if (wanted == TlsProvider.AUTO) {
      return SslProvider.JDK;
    }
    Throwable cause = OpenSsl.unavailabilityCause();
    throw new TlsMaterialException(
        "provider",
        wanted,
        "not there (expected: netty-tcnative on the class path): " + cause,
        cause);
  }

  static boolean isNative(SslProvider provider) {
    return provider != SslProvider.JDK;
  }

  /** Versions, cipher suites, groups and ALPN. */
  static SslContextBuilder offering(
      SslContextBuilder builder,
      SslProvider provider,
      TlsVersion min,
      TlsVersion max,
      List<String> ciphers,
      List<String> alpn) {
    builder
        .sslProvider(provider)
        .protocols(Arrays.stream(TlsVersion.values())
            .filter(v -> v.compareTo(min) >= 0 && v.compareTo(max) <= 0)
            .map(TlsVersion::protocol)
            .toList())
        .ciphers(
            ciphers.isEmpty() ? Mozilla.CIPHERS : known(ciphers, provider, min, max),
            SupportedCipherSuiteFilter.INSTANCE);
    if (isNative(provider)) {
      builder.option(OpenSslContextOption.GROUPS, groups());
    }
    if (!alpn.isEmpty()) {
      // Who has none of them goes on without: the only behaviour that both providers have.
      builder.applicationProtocolConfig(new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          alpn));
    }
    return builder;
  }

  private static String[] groups() {
    List<String> groups = new ArrayList<>(Mozilla.GROUPS);
    if ("BoringSSL".equals(OpenSsl.versionString())) {
      groups.add(0, Mozilla.HYBRID_GROUP);
    }
    return groups.toArray(String[]::new);
  }

  private static List<String> known(
      List<String> ciphers, SslProvider provider, TlsVersion min, TlsVersion max) {
    Set<String> known = supported(provider);
    boolean some = false;
    for (String cipher : ciphers) {
      if (!known.contains(cipher)) {
        throw new TlsMaterialException("ciphers", cipher, "not known to " + name(provider), null);
      }
      TlsVersion version = cipher.contains("_WITH_") ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
      some |= version.compareTo(min) >= 0 && version.compareTo(max) <= 0;
    }
    if (!some) {
      throw new TlsMaterialException("ciphers", ciphers, "none for the versions offered", null);
    }
    return ciphers;
  }

  private static Set<String> supported(SslProvider provider) {
    if (isNative(provider)) {
      return OpenSsl.availableJavaCipherSuites();
    }
    try {
      return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has a default
    }
  }

  static String name(SslProvider provider) {
    return isNative(provider) ? String.valueOf(OpenSsl.versionString()) : "the JDK";
  }

  /** With our key. One that does not leave its hardware cannot be handed to BoringSSL: Netty signs. */
  static SslContextBuilder withKey(
      SslContextBuilder builder, SslProvider provider, LoadedCertificate own) {
    return isNative(provider) && own.key().getEncoded() == null
        ? builder.keyManager(own.key(), own.chain())
        : builder.keyManager(new OwnKey(own));
  }

  static SslContext build(SslContextBuilder builder, String field, Object value) {
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsMaterialException(field, value, "not accepted: " + root(e), e);
    }
  }

  private static String root(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return String.valueOf(t.getMessage());
  }

  /** Keeps a native context from being freed; false when it already is. */
  static boolean retain(SslContext context) {
    if (context instanceof ReferenceCounted counted) {
      try {
        counted.retain();
      } catch (IllegalReferenceCountException e) {
        return false;
      }
    }
    return true;
  }

  static void release(SslContext context) {
    ReferenceCountUtil.release(context);
  }

  /** Whole seconds, rounded up. */
  static long seconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
