package dev.fairlead.internal.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Our one certificate, for either provider. With the JDK's, being asked for it tells a full handshake, see
 * {@link FullHandshake}. Thread-safe.
 */
final class OwnKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "own";
  private static final String NOTHING_YET = "SSL_NULL_WITH_NULL_NULL";

  private final String type;
  private final PrivateKey key;
  private final X509Certificate[] chain;

  OwnKey(LoadedCertificate certificate) {
    this.type = certificate.keyType();
    this.key = certificate.key();
    this.chain = certificate.chain().toArray(X509Certificate[]::new);
  }

  /** Nothing in a second handshake on a connection: clients could make the JDK work for little. */
  @Override
  public @Nullable String chooseEngineServerAlias(
      String wanted, Principal @Nullable [] issuers, SSLEngine engine) {
    if (!wanted.equals(type) || !engine.getSession().getCipherSuite().equals(NOTHING_YET)) {
      return null;
    }
    FullHandshake.noteKey(engine);
    return ALIAS;
  }

  /** Whichever authorities the server names: it has to judge, not we. */
  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
    return List.of(types).contains(type) ? ALIAS : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String wanted, Principal @Nullable [] issuers) {
    return wanted.equals(type) ? new String[] {ALIAS} : null;
  }

  @Override
  public String @Nullable [] getServerAliases(String wanted, Principal @Nullable [] issuers) {
    return getClientAliases(wanted, issuers);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return Arrays.asList(types).contains(type) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String wanted, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return wanted.equals(type) ? ALIAS : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return alias.equals(ALIAS) ? chain.clone() : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return alias.equals(ALIAS) ? key : null;
  }
}
