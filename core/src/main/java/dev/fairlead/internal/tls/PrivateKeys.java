package dev.fairlead.internal.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Private keys out of PEM blocks: PKCS#8 plain and encrypted, PKCS#1 and SEC1 plain. */
final class PrivateKeys {
  private static final String RSA = "2a864886f70d010101";
  private static final String EC = "2a8648ce3d0201";

  /** By the object identifier of the algorithm, in hex. */
  private static final Map<String, String> ALGORITHMS =
      Map.of(RSA, "RSA", EC, "EC", "2b6570", "Ed25519", "2b6571", "Ed448");
  /** P-256, P-384, P-521: those of TLS 1.3 for signatures. */
  private static final List<String> CURVES =
      List.of("2a8648ce3d030107", "2b81040022", "2b81040023");

  private static final Map<String, String> SIGNATURES = Map.of(
      "RSA", "SHA256withRSA",
      "EC", "SHA256withECDSA",
      "EdDSA", "EdDSA",
      "Ed25519", "EdDSA",
      "Ed448", "EdDSA");

  private PrivateKeys() {}

  static PrivateKey of(Pem block, @Nullable Supplier<char[]> password)
      throws GeneralSecurityException {
    if (block.hasHeaders()) {
      throw new GeneralSecurityException(
          "encrypted in OpenSSL's old way (expected: PKCS#8, as 'openssl pkcs8 -topk8' makes it)");
    }
    byte[] der = block.der();
    return switch (block.label()) {
      case "PRIVATE KEY" -> pkcs8(der);
      case "ENCRYPTED PRIVATE KEY" -> pkcs8(decrypted(der, password));
      case "RSA PRIVATE KEY" -> pkcs8(wrapped(der, oid(RSA), new byte[] {5, 0}));
      case "EC PRIVATE KEY" -> pkcs8(wrapped(der, oid(EC), curveInside(der)));
      default -> throw new GeneralSecurityException("unknown kind of key: " + block.label());
    };
  }

  private static byte[] oid(String hex) {
    return new Der(Der.OID, hex).write();
  }

  /** What PKCS#8 puts around an older key. */
  private static byte[] wrapped(byte[] key, byte[] algorithm, byte[] parameters) {
    return Der.write(
        Der.SEQUENCE,
        Der.write(Der.INTEGER, new byte[1]),
        Der.write(Der.SEQUENCE, algorithm, parameters),
        Der.write(Der.OCTETS, key));
  }

  /** SEC1 (RFC 5915) has the curve inside, as element [0]. */
  private static byte[] curveInside(byte[] key) throws GeneralSecurityException {
    Der parameters = Der.of(key)
        .element(0xa0)
        .orElseThrow(() -> new GeneralSecurityException("EC PRIVATE KEY without its curve"));
    return parameters.elements().get(0).write();
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    List<Der> algorithm = Der.of(der)
        .element(Der.SEQUENCE)
        .orElseThrow(() -> new GeneralSecurityException("bad PKCS#8: no algorithm"))
        .elements();
    String oid = algorithm.isEmpty() ? "" : algorithm.get(0).content();
    String name = ALGORITHMS.get(oid);
    if (name == null) {
      throw new GeneralSecurityException("unknown algorithm (expected: RSA, EC, Ed25519 or Ed448)");
    }
    if (oid.equals(EC)
        && (algorithm.size() < 2 || !CURVES.contains(algorithm.get(1).content()))) {
      throw new GeneralSecurityException("unknown curve (expected: P-256, P-384 or P-521)");
    }
    try {
      return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException("bad key: " + e.getMessage(), e);
    }
  }

  private static byte[] decrypted(byte[] der, @Nullable Supplier<char[]> password)
      throws GeneralSecurityException {
    if (password == null) {
      throw new GeneralSecurityException("encrypted (expected: a password)");
    }
    char[] characters = password.get();
    PBEKeySpec spec = new PBEKeySpec(characters);
    try {
      EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
      AlgorithmParameters parameters = info.getAlgParameters();
      // For PBES2 the parameters know the name of the algorithm, in their text only.
      String name = parameters == null || !info.getAlgName().contains("PBES2")
          ? info.getAlgName()
          : parameters.toString();
      Cipher cipher = Cipher.getInstance(name);
      cipher.init(
          Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(name).generateSecret(spec), parameters);
      return info.getKeySpec(cipher).getEncoded();
    } catch (InvalidKeyException e) {
      throw new GeneralSecurityException("wrong password", e);
    } catch (IOException | GeneralSecurityException e) {
      throw new GeneralSecurityException(
          wrong(e)
              ? "wrong password"
              : "cannot decrypt (expected: AES, as 'openssl pkcs8 -topk8' does): " + e.getMessage(),
          e);
    } finally {
      spec.clearPassword();
      Arrays.fill(characters, '\0');
    }
  }

  private static boolean wrong(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BadPaddingException) {
        return true;
      }
    }
    return failure instanceof InvalidKeySpecException;
  }

  /** Whether the two belong together: the one verifies what the other signs. */
  static boolean match(PrivateKey key, PublicKey with) throws GeneralSecurityException {
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    if (algorithm == null) {
      throw new GeneralSecurityException(
          "algorithm %s (expected: RSA, EC, Ed25519 or Ed448)".formatted(key.getAlgorithm()));
    }
    if (!algorithm.equals(SIGNATURES.get(with.getAlgorithm()))) {
      return false;
    }
    byte[] message = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(with);
    signature.update(message);
    try {
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another length or curve
    }
  }
}
