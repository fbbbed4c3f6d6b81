package dev.fairlead.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * A certificate authority for tests, made when asked for, with whatever it signs: nothing is stored, so
 * nothing expires in a repository. Stateless but for the authority's key.
 */
public final class TestCertificates {
  private static final Duration HOUR = Duration.ofHours(1);

  private final X509Bundle authority;
  private final Instant now = Instant.now();

  private TestCertificates(X509Bundle authority) {
    this.authority = authority;
  }

  /**
   * A new authority with an EC key, valid for a day.
   *
   * @param name its common name
   * @return the authority
   */
  public static TestCertificates authority(String name) {
    return made(() -> new TestCertificates(new CertificateBuilder()
        .subject("CN=" + name + ", O=Fairlead tests")
        .algorithm(Algorithm.ecp256)
        .setIsCertificateAuthority(true)
        .buildSelfSigned()));
  }

  /** {@return the authority's own certificate} */
  public X509Certificate certificate() {
    return authority.getCertificate();
  }

  /**
   * An authority below this one.
   *
   * @param name its common name
   * @return the intermediate authority
   */
  public TestCertificates intermediate(String name) {
    return intermediate(name, now.plus(HOUR));
  }

  /**
   * An authority below this one with another end.
   *
   * @param name its common name
   * @param notAfter its end
   * @return the intermediate authority
   */
  public TestCertificates intermediate(String name, Instant notAfter) {
    return made(() -> new TestCertificates(base(Algorithm.ecp256)
        .subject("CN=" + name + ", O=Fairlead tests")
        .notAfter(notAfter)
        .setIsCertificateAuthority(true)
        .buildIssuedBy(authority)));
  }

  /**
   * A server's certificate with an EC key, valid for an hour before and after now.
   *
   * @param names host names and IP addresses for which it is; the first is the common name too
   * @return the certificate with its key
   */
  public TestCertificate server(String... names) {
    return server(Algorithm.ecp256, names);
  }

  /**
   * A server's certificate with a key of a certain kind.
   *
   * @param algorithm the kind of key
   * @param names host names and IP addresses
   * @return the certificate with its key
   */
  public TestCertificate server(Algorithm algorithm, String... names) {
    return issue(algorithm, names, b -> b);
  }

  /**
   * A server's certificate that ended a minute ago.
   *
   * @param names host names and IP addresses
   * @return the certificate with its key
   */
  public TestCertificate expired(String... names) {
    return issue(Algorithm.ecp256, names, b -> b.notAfter(now.minusSeconds(60)));
  }

  /**
   * A server's certificate that begins in half an hour.
   *
   * @param names host names and IP addresses
   * @return the certificate with its key
   */
  public TestCertificate notYetValid(String... names) {
    return issue(Algorithm.ecp256, names, b -> b.notBefore(now.plusSeconds(1800)));
  }

  /**
   * A client's certificate with an EC key.
   *
   * @param name its common name
   * @return the certificate with its key
   */
  public TestCertificate client(String name) {
    return client(name, now.plus(HOUR));
  }

  /**
   * A client's certificate with another end.
   *
   * @param name its common name
   * @param notAfter its end
   * @return the certificate with its key
   */
  public TestCertificate client(String name, Instant notAfter) {
    return made(() -> new TestCertificate(base(Algorithm.ecp256)
        .subject("CN=" + name + ", O=Clients")
        .notAfter(notAfter)
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(authority)));
  }

  private TestCertificate issue(
      Algorithm algorithm, String[] names, UnaryOperator<CertificateBuilder> change) {
    return made(() -> {
      CertificateBuilder builder = base(algorithm)
          .subject("CN=" + names[0])
          .addExtensionOctetString(
              Extension.subjectAlternativeName.getId(),
              false,
              alternatives(names).getEncoded())
          .addExtendedKeyUsageServerAuth();
      return new TestCertificate(change.apply(builder).buildIssuedBy(authority));
    });
  }

  /** By hand, since the builder takes no name with an asterisk. */
  private static GeneralNames alternatives(String... names) {
    return new GeneralNames(Arrays.stream(names)
        .map(name -> {
          boolean address = name.indexOf(':') >= 0 || name.chars().noneMatch(Character::isLetter);
          return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
        })
        .toArray(GeneralName[]::new));
  }

  private CertificateBuilder base(Algorithm algorithm) {
    return new CertificateBuilder()
        .algorithm(algorithm)
        .notBefore(now.minus(HOUR))
        .notAfter(now.plus(HOUR));
  }

  /**
   * The authority's revocation list.
   *
   * @param revoked what it has revoked
   * @return the list in DER, valid for an hour
   */
  public byte[] revocationList(TestCertificate... revoked) {
    return revocationList(now.plus(HOUR), revoked);
  }

  /**
   * The authority's revocation list with another end.
   *
   * @param nextUpdate until when it is valid
   * @param revoked what it has revoked
   * @return the list in DER
   */
  public byte[] revocationList(Instant nextUpdate, TestCertificate... revoked) {
    return made(() -> {
      X509v2CRLBuilder builder = new X509v2CRLBuilder(
          issuer().getSubject(), Date.from(nextUpdate.minus(HOUR).minus(HOUR)));
      builder.setNextUpdate(Date.from(nextUpdate));
      for (TestCertificate certificate : revoked) {
        BigInteger serial = certificate.certificate().getSerialNumber();
        builder.addCRLEntry(serial, Date.from(now.minus(HOUR)), CRLReason.keyCompromise);
      }
      return builder.build(signer()).getEncoded();
    });
  }

  /**
   * The authority's OCSP response on one of its certificates.
   *
   * @param certificate the certificate
   * @return the response in DER: good, valid for an hour
   */
  public byte[] ocspResponse(TestCertificate certificate) {
    return made(() -> {
      DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
      BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(
          new RespID(new X500Name(certificate().getSubjectX500Principal().getName())));
      CertificateID id = new CertificateID(
          digests.get(CertificateID.HASH_SHA1),
          issuer(),
          certificate.certificate().getSerialNumber());
      builder.addResponse(id, CertificateStatus.GOOD, Date.from(now), Date.from(now.plus(HOUR)));
      BasicOCSPResp basic =
          builder.build(signer(), new X509CertificateHolder[] {issuer()}, Date.from(now));
      OCSPResp response = new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic);
      return response.getEncoded();
    });
  }

  private X509CertificateHolder issuer() throws Exception {
    return new JcaX509CertificateHolder(certificate());
  }

  private ContentSigner signer() throws Exception {
    PrivateKey key = authority.getKeyPair().getPrivate();
    return new JcaContentSignerBuilder("SHA256withECDSA").build(key);
  }

  /** Something that is made with checked exceptions. */
  @FunctionalInterface
  interface Making<T> {
    T make() throws Exception;
  }

  static <T> T made(Making<T> making) {
    try {
      return making.make();
    } catch (Exception e) {
      throw new AssertionError("cannot make a test certificate", e);
    }
  }
}
