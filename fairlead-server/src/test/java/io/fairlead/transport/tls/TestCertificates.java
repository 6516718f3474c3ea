// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority of the tests, and certificates signed by it, in a folder. */
public final class TestCertificates {
  private final Path folder;
  private final CertificateMaker.Pair root =
      new CertificateMaker("test authority").authority().make();

  public TestCertificates(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(authorities(), root.certificatePem());
  }

  /** The PEM file of the authority. */
  public Path authorities() {
    return folder.resolve("authority.pem");
  }

  /** A good one for these names. */
  public CertificateSettings of(String file, String... names) {
    return write(file, maker(names).signedBy(root).make());
  }

  /** With an RSA key. */
  public CertificateSettings rsa(String file, String... names) {
    return write(file, maker(names).rsa().signedBy(root).make());
  }

  /** One that ended yesterday. */
  public CertificateSettings expired(String file, String... names) {
    Instant now = Instant.now();
    return write(
        file,
        maker(names)
            .valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)))
            .signedBy(root)
            .make());
  }

  /** One that nobody vouches for. */
  public CertificateSettings foreign(String file, String... names) {
    return write(file, maker(names).make());
  }

  /** What a peer needs that trusts this authority. */
  public SSLContext trusting() throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", Pem.certificates(authorities()).getFirst());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static CertificateMaker maker(String... names) {
    CertificateMaker maker = new CertificateMaker(names[0]);
    for (String name : names) {
      maker.name(name);
    }
    return maker;
  }

  /** Writes a pair over what may be there. */
  public CertificateSettings write(String file, CertificateMaker.Pair pair) {
    Path cert = folder.resolve(file + ".pem");
    Path key = folder.resolve(file + ".key");
    try {
      Files.writeString(cert, pair.certificatePem());
      Files.writeString(key, pair.keyPem());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new CertificateSettings(cert, key);
  }

  /** A listener's settings with these certificates. */
  public TlsSettings listener(CertificateSettings... certificates) {
    return new TlsSettings(
        List.of(certificates), TlsPolicy.INTERMEDIATE, VerifyClient.NONE, authorities());
  }

  /** A listener that asks for certificates. */
  public TlsSettings asking(VerifyClient verify, CertificateSettings... certificates) {
    return new TlsSettings(List.of(certificates), TlsPolicy.INTERMEDIATE, verify, authorities());
  }

  /** How a peer is verified by this authority. */
  public TlsClientSettings client(TlsClientSettings.Verify verify) {
    return new TlsClientSettings(verify, null, authorities(), null);
  }
}
