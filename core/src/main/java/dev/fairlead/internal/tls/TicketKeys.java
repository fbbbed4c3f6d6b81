package dev.fairlead.internal.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys of session tickets: one that encrypts and decrypts, and the one before, which only decrypts.
 * Outlives the contexts that use it, so that a change of certificates does not end sessions. Immutable.
 */
public final class TicketKeys {
  private static final int PART = 16; // of name, HMAC key and AES key, each

  private final byte[] current;
  private final byte @Nullable [] previous;

  private TicketKeys(byte @Nullable [] previous) {
    this.current = new byte[3 * PART];
    new SecureRandom().nextBytes(current);
    this.previous = previous;
  }

  /** A new key, and none before. */
  public static TicketKeys generate() {
    return new TicketKeys(null);
  }

  /** A new key; what was current only decrypts from now on, what was before it is forgotten. */
  public TicketKeys rotated() {
    return new TicketKeys(current);
  }

  OpenSslSessionTicketKey[] forOpenSsl() {
    return previous == null
        ? new OpenSslSessionTicketKey[] {key(current)}
        : new OpenSslSessionTicketKey[] {key(current), key(previous)};
  }

  private static OpenSslSessionTicketKey key(byte[] bytes) {
    return new OpenSslSessionTicketKey(part(bytes, 0), part(bytes, 1), part(bytes, 2));
  }

  private static byte[] part(byte[] bytes, int index) {
    return Arrays.copyOfRange(bytes, index * PART, (index + 1) * PART);
  }
}
