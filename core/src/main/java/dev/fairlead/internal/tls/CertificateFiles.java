package dev.fairlead.internal.tls;

import dev.fairlead.edge.TlsCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads certificates with their keys, and checks all that can be checked before a handshake: that they can
 * be read, belong together and are within their dates. Blocks; stateless.
 */
final class CertificateFiles {
  private CertificateFiles() {}

  /**
   * Reads one.
   *
   * @throws TlsMaterialException with field, file and reason
   */
  static LoadedCertificate load(TlsCertificate source, Instant now) {
    return switch (source.form()) {
      case PEM -> pem(source, now);
      case PKCS12 -> pkcs12(source, now);
      case OBJECTS -> checked(source, Objects.requireNonNull(source.key()), source.chain(), now);
    };
  }

  private static LoadedCertificate pem(TlsCertificate source, Instant now) {
    Path chainFile = Objects.requireNonNull(source.file());
    Path keyFile = Objects.requireNonNull(source.keyFile());
    PrivateKey key = asked("key", keyFile, () -> {
      List<Pem> keys =
          Pem.blocks(text("key", keyFile)).stream().filter(Pem::isKey).toList();
      if (keys.size() != 1) {
        throw new GeneralSecurityException(
            keys.isEmpty() ? "no private key in it" : keys.size() + " private keys in it");
      }
      return PrivateKeys.of(keys.get(0), source.password());
    });
    return checked(source, key, certificates("certificate", chainFile), now);
  }

  /** All certificates of a PEM file, at least one. */
  static List<X509Certificate> certificates(String field, Path file) {
    String text = text(field, file);
    return asked(field, file, () -> {
      List<X509Certificate> all = new ArrayList<>();
      for (Pem block : Pem.blocks(text)) {
        if (block.isCertificate()) {
          all.add(certificate(block.der()));
        }
      }
      if (all.isEmpty()) {
        throw new GeneralSecurityException("no certificate in it");
      }
      return all;
    });
  }

  private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
    try {
      return (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new GeneralSecurityException("bad certificate: " + e.getMessage(), e);
    }
  }

  private static LoadedCertificate pkcs12(TlsCertificate source, Instant now) {
    Path file = Objects.requireNonNull(source.file());
    Supplier<char[]> password = Objects.requireNonNull(source.password());
    byte[] bytes = bytes("certificate", file);
    return asked("certificate", file, () -> {
      char[] characters = password.get();
      try (InputStream in = new ByteArrayInputStream(bytes)) {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(in, characters);
        String alias = onlyKey(store);
        Key key = store.getKey(alias, characters);
        Certificate[] chain = store.getCertificateChain(alias);
        if (!(key instanceof PrivateKey secret) || chain == null) {
          throw new GeneralSecurityException("no private key with a certificate in it");
        }
        List<X509Certificate> certificates =
            Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        return checked(source, secret, certificates, now);
      } catch (IOException e) {
        boolean wrong = e.getCause() instanceof UnrecoverableKeyException;
        throw new GeneralSecurityException(
            wrong ? "wrong password" : "bad PKCS#12: " + e.getMessage(), e);
      } finally {
        Arrays.fill(characters, '\0');
      }
    });
  }

  private static String onlyKey(KeyStore store) throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    if (keys.size() != 1) {
      throw new GeneralSecurityException(
          keys.isEmpty() ? "no private key in it" : keys.size() + " private keys in it: " + keys);
    }
    return keys.get(0);
  }

  private static LoadedCertificate checked(
      TlsCertificate source, PrivateKey key, List<X509Certificate> all, Instant now) {
    List<X509Certificate> chain = asked("certificate", source, () -> {
      X509Certificate leaf = null;
      for (X509Certificate candidate : all) {
        if (leaf == null && PrivateKeys.match(key, candidate.getPublicKey())) {
          leaf = candidate;
        }
      }
      if (leaf == null) {
        throw new GeneralSecurityException("the key does not belong to the certificate");
      }
      List<X509Certificate> path = path(leaf, all);
      for (X509Certificate certificate : path) {
        checkDates(certificate, now);
      }
      return path;
    });
    List<String> names =
        source.names().isEmpty() ? CertificateNames.of(chain.get(0)) : source.names();
    return new LoadedCertificate(source, key, chain, names, ocsp(source));
  }

  /** From the leaf upwards, in whichever order the file has them; what does not belong is left out. */
  private static List<X509Certificate> path(X509Certificate leaf, List<X509Certificate> all) {
    List<X509Certificate> path = new ArrayList<>(List.of(leaf));
    X509Certificate last = leaf;
    while (last != null) {
      X509Certificate below = last;
      last = all.stream()
          .filter(c -> !path.contains(c))
          .filter(c -> c.getSubjectX500Principal().equals(below.getIssuerX500Principal()))
          .findFirst()
          .orElse(null);
      if (last != null) {
        path.add(last);
      }
    }
    return List.copyOf(path);
  }

  private static void checkDates(X509Certificate certificate, Instant now)
      throws GeneralSecurityException {
    String subject = certificate.getSubjectX500Principal().getName();
    Instant end = certificate.getNotAfter().toInstant();
    Instant begin = certificate.getNotBefore().toInstant();
    if (now.isAfter(end)) {
      throw new GeneralSecurityException("expired on %s (%s)".formatted(end, subject));
    }
    if (now.isBefore(begin)) {
      throw new GeneralSecurityException("not valid before %s (%s)".formatted(begin, subject));
    }
  }

  private static byte @Nullable [] ocsp(TlsCertificate source) {
    Path file = source.ocspResponse();
    if (file == null) {
      return null;
    }
    byte[] response = bytes("ocspResponse", file);
    return asked("ocspResponse", file, () -> {
      Der der = Der.of(response);
      boolean good = der.tag() == Der.SEQUENCE
          && der.element(Der.ENUMERATED).map(Der::content).equals(Optional.of("00"));
      if (!good) {
        throw new GeneralSecurityException("no successful OCSP response");
      }
      return response;
    });
  }

  static String text(String field, Path file) {
    return new String(bytes(field, file), StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String field, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TlsMaterialException(field, file, "no such file", e);
    } catch (AccessDeniedException e) {
      throw new TlsMaterialException(field, file, "access denied", e);
    } catch (IOException e) {
      throw new TlsMaterialException(field, file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** A step that may fail, with a reason in its message. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws GeneralSecurityException;
  }

  static <T> T asked(String field, Object value, Step<T> step) {
    try {
      return step.run();
    } catch (GeneralSecurityException e) {
      throw new TlsMaterialException(field, value, String.valueOf(e.getMessage()), e);
    }
  }
}
