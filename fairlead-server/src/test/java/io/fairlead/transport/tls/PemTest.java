// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {
  private final Path folder;
  private final TestCertificates certificates;

  PemTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    certificates = new TestCertificates(folder);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  // What is inside PKCS#8 is the older form.
  private static byte[] inside(byte[] pkcs8) {
    int[] all = Objects.requireNonNull(DerWriter.element(pkcs8, 0, 0x30));
    int[] version = Objects.requireNonNull(DerWriter.element(pkcs8, all[0], 0x02));
    int[] algorithm = Objects.requireNonNull(DerWriter.element(pkcs8, version[1], 0x30));
    int[] octets = Objects.requireNonNull(DerWriter.element(pkcs8, algorithm[1], 0x04));
    return Arrays.copyOfRange(pkcs8, octets[0], octets[1]);
  }

  @Test
  void readsTheOlderFormOfAnRsaKey() throws IOException {
    CertificateSettings pair = certificates.rsa("a", "a.example.com");
    byte[] old = inside(Pem.key(pair.key()).getEncoded());
    Path file = file("old.key", "# made long ago\n" + Pem.write("RSA PRIVATE KEY", old));
    assertThat(TlsIdentity.read(new CertificateSettings(pair.cert(), file)).names())
        .containsExactly("a.example.com");
  }

  @Test
  void readsTheOlderFormOfAnEllipticKey() throws IOException {
    CertificateSettings pair = certificates.of("a", "a.example.com");
    byte[] bare = inside(Pem.key(pair.key()).getEncoded());
    int[] all = Objects.requireNonNull(DerWriter.element(bare, 0, 0x30));
    int[] version = Objects.requireNonNull(DerWriter.element(bare, all[0], 0x02));
    int[] secret = Objects.requireNonNull(DerWriter.element(bare, version[1], 0x04));
    byte[] old =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ONE),
            DerWriter.octets(Arrays.copyOfRange(bare, secret[0], secret[1])),
            DerWriter.of(0xA0, DerWriter.oid("1.2.840.10045.3.1.7")));
    Path file =
        file(
            "old.key",
            Pem.write("EC PARAMETERS", DerWriter.oid("1.2.840.10045.3.1.7"))
                + Pem.write("EC PRIVATE KEY", old));
    assertThat(TlsIdentity.read(new CertificateSettings(pair.cert(), file)).elliptic()).isTrue();
  }

  @Test
  void saysWhatIsWrongWithWhichFile() throws IOException {
    CertificateSettings a = certificates.of("a", "a.example.com");
    CertificateSettings b = certificates.of("b", "b.example.com");
    Path nothing = folder.resolve("nothing.pem");
    assertThatThrownBy(() -> Pem.certificates(nothing))
        .isInstanceOf(BadCertificateException.class)
        .hasMessage(nothing + ": there is no such file");
    assertThatThrownBy(() -> Pem.certificates(a.key()))
        .hasMessage(a.key() + ": no certificate in it, but PRIVATE KEY");
    assertThatThrownBy(() -> Pem.key(a.cert()))
        .hasMessage(a.cert() + ": no private key in it, but CERTIFICATE");
    assertThatThrownBy(() -> TlsIdentity.read(new CertificateSettings(a.cert(), b.key())))
        .hasMessage(b.key() + ": the key does not belong to the certificate in " + a.cert());
    Path broken = file("broken.pem", Pem.write("CERTIFICATE", new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> Pem.certificates(broken))
        .hasMessage(broken + ": certificate 1 in it is broken");
    Path locked = file("locked.key", Pem.write("ENCRYPTED PRIVATE KEY", new byte[] {1}));
    assertThatThrownBy(() -> Pem.key(locked)).hasMessageContaining("has a password");
    Path mixed = file("mixed.pem", Files.readString(a.cert()) + Files.readString(b.cert()));
    assertThatThrownBy(() -> TlsIdentity.read(new CertificateSettings(mixed, a.key())))
        .hasMessageContaining("certificate 2 in it did not sign the one before");
  }

  @Test
  void warnsOfACertificateThatHasExpired() {
    TlsSettings expired = certificates.listener(certificates.expired("a", "a.example.com"));
    List<CertificateChecks.Found> found = CertificateChecks.of(expired);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().wrong()).isFalse();
    assertThat(found.getFirst().words()).contains("expired on");
    TlsSettings missing =
        certificates.listener(new CertificateSettings(Path.of("no.pem"), Path.of("no.key")));
    assertThat(CertificateChecks.of(missing).getFirst().wrong()).isTrue();
    assertThat(CertificateChecks.of(missing).getFirst().path()).isEqualTo(".certificates[0]");
  }

  @Test
  void knowsForWhomACertificateSpeaks() {
    CertificateMaker maker = new CertificateMaker("common.example.com");
    for (String name :
        List.of(
            "sip:Domain.example.com",
            "sip:alice@user.example.com",
            "sips:secure.example.com",
            "host.example.com",
            "*.star.example.com",
            "192.0.2.1",
            "2001:db8::1")) {
      maker.name(name);
    }
    var certificate = maker.make().certificate();
    for (String yes :
        List.of("domain.example.com", "host.example.com", "192.0.2.1", "2001:db8:0:0::1")) {
      assertThat(CertificateNames.speaksFor(certificate, yes, false)).as(yes).isTrue();
    }
    for (String no :
        List.of(
            "common.example.com",
            "user.example.com",
            "secure.example.com",
            "x.star.example.com",
            "192.0.2.2",
            "example.com")) {
      assertThat(CertificateNames.speaksFor(certificate, no, false)).as(no).isFalse();
    }
    assertThat(CertificateNames.speaksFor(certificate, "x.star.example.com", true)).isTrue();
    assertThat(CertificateNames.speaksFor(certificate, "x.y.star.example.com", true)).isFalse();
    assertThat(CertificateNames.speaksFor(certificate, "star.example.com", true)).isFalse();
  }
}
