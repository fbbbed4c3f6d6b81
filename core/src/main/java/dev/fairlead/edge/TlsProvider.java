package dev.fairlead.edge;

/** Who does the cryptography. */
public enum TlsProvider {
  /**
   * BoringSSL when {@code netty-tcnative-boringssl-static} is on the class path with the library for this
   * machine, else the JDK. A certificate with an Ed25519 or Ed448 key is always the JDK's.
   */
  AUTO,
  /** The JDK's own, without a native library. */
  JDK,
  /** BoringSSL or OpenSSL through netty-tcnative; without it the start fails. */
  OPENSSL
}
