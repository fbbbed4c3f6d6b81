package dev.fairlead.internal.tls;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsTrust;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of an address at one moment: read, checked and ready for handshakes. A reload makes a
 * new one, publishes it and closes this; connections that use it keep what they need. Thread-safe; building
 * blocks.
 */
public final class ServerTlsContexts implements AutoCloseable {
  /**
   * When a certificate ends.
   *
   * @param certificate its file, or the subject of one in memory
   * @param names the names it is chosen by
   * @param notAfter the moment; of the authorities above it, if one of them ends earlier
   */
  public record Expiry(String certificate, List<String> names, Instant notAfter) {}

  private static final byte[] UNRECOGNIZED_NAME = {21, 3, 1, 0, 2, 2, 112};

  /** Who may have the same name: one with an RSA key, one with an EC key, one with another. */
  private record Choice(
      @Nullable ServerTlsContext ecdsa,
      @Nullable ServerTlsContext rsa,
      @Nullable ServerTlsContext other) {

    static Choice of(ServerTlsContext only) {
      return switch (only.certificate().keyType()) {
        case "EC" -> new Choice(only, null, null);
        case "RSA" -> new Choice(null, only, null);
        default -> new Choice(null, null, only);
      };
    }

    /** Of two of a kind, the first. */
    Choice or(Choice later) {
      return new Choice(
          ecdsa == null ? later.ecdsa : ecdsa,
          rsa == null ? later.rsa : rsa,
          other == null ? later.other : other);
    }

    ServerTlsContext pick(boolean clientHasEcdsa) {
      ServerTlsContext best = clientHasEcdsa && ecdsa != null ? ecdsa : rsa;
      if (best == null) {
        best = ecdsa == null ? other : ecdsa;
      }
      return Objects.requireNonNull(best);
    }
  }

  private final List<ServerTlsContext> contexts;
  private final SniNames<Choice> names;

  private ServerTlsContexts(List<ServerTlsContext> contexts, SniNames<Choice> names) {
    this.contexts = List.copyOf(contexts);
    this.names = names;
  }

  /**
   * Reads and checks all that a configuration names.
   *
   * @param tls the configuration
   * @param alpn the protocols of ALPN where the configuration leaves them to the frontend
   * @param keys encrypt session tickets; those of the snapshot before, on a reload
   * @param now for the dates of certificates
   * @throws TlsMaterialException with field, file and reason for the first that is wrong
   */
  public static ServerTlsContexts of(Tls tls, List<String> alpn, TicketKeys keys, Instant now) {
    TlsTrust wanted = tls.clientTrust();
    TrustFiles.LoadedTrust trust = wanted == null ? null : TrustFiles.load("clientTrust", wanted);
    List<String> protocols = tls.alpn().isEmpty() ? alpn : tls.alpn();
    SniNames.Builder<Choice> names = new SniNames.Builder<>(Choice::or);
    List<ServerTlsContext> contexts = new ArrayList<>();
    try {
      for (TlsCertificate source : tls.certificates()) {
        LoadedCertificate certificate = CertificateFiles.load(source, now);
        ServerTlsContext context = ServerTlsContext.build(certificate, tls, protocols, trust);
        contexts.add(context);
        context.use(keys);
        certificate.names().forEach(n -> names.add(n, Choice.of(context)));
      }
    } catch (RuntimeException e) {
      contexts.forEach(ServerTlsContext::close);
      throw e;
    }
    return new ServerTlsContexts(
        contexts, names.build(tls.strictSni() ? null : fallback(contexts.get(0), names)));
  }

  /** The first certificate, and the one with the other kind of key that has its first name, too. */
  private static Choice fallback(ServerTlsContext first, SniNames.Builder<Choice> names) {
    Choice own = Choice.of(first);
    List<String> called = first.certificate().names();
    Choice same = called.isEmpty() ? null : names.get(called.get(0));
    return same == null ? own : own.or(same);
  }

  /**
   * The certificate for a client.
   *
   * @param serverName the name in its ClientHello, in any case; null for none
   * @param ecdsa whether it can verify an ECDSA signature: one of those stands in its {@code
   *     signature_algorithms}, and it has TLS 1.3 or an {@code ECDHE_ECDSA} cipher suite
   * @return the certificate; null to refuse, see {@link #unrecognizedName()}
   */
  public @Nullable ServerTlsContext pick(@Nullable String serverName, boolean ecdsa) {
    Choice choice = names.find(serverName);
    return choice == null ? null : choice.pick(ecdsa);
  }

  /** A record with the fatal alert {@code unrecognized_name}, to be sent before closing. */
  public static byte[] unrecognizedName() {
    return UNRECOGNIZED_NAME.clone();
  }

  /** When each certificate ends, in the order of the configuration. */
  public List<Expiry> expiries() {
    return contexts.stream()
        .map(ServerTlsContext::certificate)
        .map(c -> new Expiry(c.source().toString(), c.names(), c.notAfter()))
        .toList();
  }

  /** Uses other keys for session tickets from now on. No effect with the JDK's provider. */
  public void use(TicketKeys keys) {
    contexts.forEach(c -> c.use(keys));
  }

  /** Gives up what belongs to this snapshot; connections that use it keep what they need. Once. */
  @Override
  public void close() {
    contexts.forEach(ServerTlsContext::close);
  }
}
