package dev.fairlead.internal.tls;

import dev.fairlead.edge.TlsTrust;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Reads authorities and revocation lists. Blocks; stateless. */
final class TrustFiles {
  /**
   * A trust that is ready to judge.
   *
   * @param manager judges
   * @param digest tells one trust from another: of the authorities, lists and pins
   */
  record LoadedTrust(X509ExtendedTrustManager manager, String digest) {}

  private TrustFiles() {}

  /**
   * Reads one.
   *
   * @param field what messages call it
   * @throws TlsMaterialException with field, file and reason
   */
  static LoadedTrust load(String field, TlsTrust trust) {
    if (trust.form() == TlsTrust.Form.PINNED) {
      PeerTrust manager = new PeerTrust(new TrustRules.Pinned(trust.pins()));
      return new LoadedTrust(manager, String.join(",", trust.pins()));
    }
    Path crlFile = trust.crl();
    byte @Nullable [] crl = crlFile == null ? null : CertificateFiles.bytes("crl", crlFile);
    return CertificateFiles.asked(field, trust, () -> {
      List<X509Certificate> authorities = switch (trust.form()) {
        case PEM -> CertificateFiles.certificates(field, Objects.requireNonNull(trust.file()));
        case OBJECTS -> trust.authorities();
        default -> List.of(jdk(null).getAcceptedIssuers());
      };
      X509ExtendedTrustManager manager = crlFile == null || crl == null
          ? jdk(store(trust, authorities))
          : withLists(authorities, lists(crlFile, crl));
      byte[][] parts = new byte[authorities.size() + 1][];
      for (int i = 0; i < authorities.size(); i++) {
        parts[i] = authorities.get(i).getEncoded();
      }
      parts[authorities.size()] = crl == null ? new byte[0] : crl;
      PeerTrust judge = new PeerTrust(new TrustRules.Authorities(manager));
      return new LoadedTrust(judge, TrustRules.sha256(parts));
    });
  }

  private static @Nullable KeyStore store(TlsTrust trust, List<X509Certificate> authorities)
      throws GeneralSecurityException {
    if (trust.form() == TlsTrust.Form.SYSTEM) {
      return null;
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), authorities.get(i));
      }
      return store;
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** The JDK's; of the system's authorities for null. */
  private static X509ExtendedTrustManager jdk(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(authorities);
    return manager(factory);
  }

  private static X509ExtendedTrustManager withLists(
      List<X509Certificate> authorities, List<? extends CRL> lists)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors =
        authorities.stream().map(c -> new TrustAnchor(c, null)).collect(Collectors.toSet());
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
    // Lists only, those given: nothing is fetched from the network.
    checker.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
    parameters.addCertPathChecker(checker);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    return manager(factory);
  }

  private static X509ExtendedTrustManager manager(TrustManagerFactory factory) {
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static List<CRL> lists(Path file, byte[] bytes) {
    return CertificateFiles.asked("crl", file, () -> {
      List<CRL> lists = new ArrayList<>();
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      if (!text.contains("-----BEGIN ")) {
        lists.add(list(bytes));
        return lists;
      }
      for (Pem block : Pem.blocks(text)) {
        if (block.label().equals("X509 CRL")) {
          lists.add(list(block.der()));
        }
      }
      if (lists.isEmpty()) {
        throw new GeneralSecurityException("no revocation list in it");
      }
      return lists;
    });
  }

  private static CRL list(byte[] der) throws GeneralSecurityException {
    try {
      return CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    } catch (CRLException e) {
      throw new GeneralSecurityException("bad revocation list: " + e.getMessage(), e);
    }
  }
}
