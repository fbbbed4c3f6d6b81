package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.CorruptedFrameException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding and with the user's
 * name left to the protocol around it, as PostgreSQL has it. The password is stretched step by step, so
 * that an event loop can do something else in between.
 */
final class Scram {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String WITHOUT_BINDING = "n,,";
  private static final int NONCE_BYTES = 18;

  private final byte[] password;
  private final String first;
  private final String nonce;
  private String asked = "";
  private byte[] last = {};
  private byte[] stretched = {};
  private int left;
  private byte[] serverSignature = {};

  /** With a nonce by chance; PostgreSQL wants no name here. */
  Scram(String password) {
    this("", password, randomNonce());
  }

  Scram(String user, String password, String nonce) {
    this.password = Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(UTF_8);
    this.nonce = nonce;
    this.first = "n=" + user + ",r=" + nonce;
  }

  private static String randomNonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  String clientFirst() {
    return WITHOUT_BINDING + first;
  }

  /** Hears the server's challenge, once; then comes {@link #stretch}. */
  void serverFirst(String message) {
    if (!asked.isEmpty()) {
      throw new CorruptedFrameException("a second SCRAM challenge");
    }
    Map<Character, String> parts = parts(message);
    String nonces = parts.getOrDefault('r', "");
    byte[] salt = decoded(parts.getOrDefault('s', ""));
    if (!nonces.startsWith(nonce) || nonces.length() == nonce.length() || salt.length == 0) {
      throw new CorruptedFrameException("a SCRAM challenge to somebody else");
    }
    left = iterations(parts.getOrDefault('i', ""));
    asked = message;
    Mac mac = mac(password);
    mac.update(salt);
    last = mac.doFinal(new byte[] {0, 0, 0, 1});
    stretched = last.clone();
    left--;
  }

  private static int iterations(String number) {
    if (!number.matches("[1-9]\\d{0,6}")) {
      throw new CorruptedFrameException("SCRAM with iterations: " + number);
    }
    return Integer.parseInt(number);
  }

  /** Does so many iterations of what the server asks for; tells whether that was all. */
  boolean stretch(int iterations) {
    Mac mac = mac(password);
    for (int i = 0; i < iterations && left > 0; i++, left--) {
      last = mac.doFinal(last);
      xor(stretched, last);
    }
    return left == 0;
  }

  /** The answer to the challenge, once everything is stretched. */
  String clientFinal() {
    String binding = Base64.getEncoder().encodeToString(WITHOUT_BINDING.getBytes(UTF_8));
    String unproved = "c=" + binding + ",r=" + parts(asked).get('r');
    byte[] signed = (first + "," + asked + "," + unproved).getBytes(UTF_8);
    byte[] proof = hmac(stretched, "Client Key".getBytes(UTF_8));
    xor(proof, hmac(sha256(proof), signed));
    serverSignature = hmac(hmac(stretched, "Server Key".getBytes(UTF_8)), signed);
    return unproved + ",p=" + Base64.getEncoder().encodeToString(proof);
  }

  /** Whether the server knows the password, too. */
  boolean serverFinal(String message) {
    byte[] signature = decoded(parts(message).getOrDefault('v', ""));
    return serverSignature.length > 0 && MessageDigest.isEqual(signature, serverSignature);
  }

  private static Map<Character, String> parts(String message) {
    Map<Character, String> parts = new HashMap<>();
    for (String part : message.split(",", -1)) {
      if (part.length() < 2 || part.charAt(1) != '=') {
        throw new CorruptedFrameException("malformed SCRAM");
      }
      parts.putIfAbsent(part.charAt(0), part.substring(2));
    }
    return parts;
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new CorruptedFrameException("malformed SCRAM", e);
    }
  }

  private static void xor(byte[] into, byte[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] ^= other[i];
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    return mac(key).doFinal(message);
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
