// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TLS as OpenSSL sees it. */
@Timeout(120)
class TlsIT {
  private static final String NONE = "(NONE)";
  // Else OpenSSL itself does not offer what is too old.
  private static final String OLD = "DEFAULT:@SECLEVEL=0";

  private final InetSocketAddress address = Loopback.free();
  private final Handshakes handshakes = new Handshakes(address);

  @Test
  void speaksTheVersionsOfItsPolicy() {
    InetSocketAddress other = Loopback.free();
    Authority.Certificate certificate = TestTransport.certificate(address);
    try (FairleadProcess fairlead =
        FairleadProcess.run(
            config(
                listener(address, Authority.Certificate.tls(", policy: intermediate", certificate)),
                listener(other, Authority.Certificate.tls(", policy: modern", certificate))))) {
      assertThat(handshakes.version("-tls1_3")).isEqualTo("TLSv1.3");
      assertThat(handshakes.version("-tls1_2")).isEqualTo("TLSv1.2");
      assertThat(handshakes.version("-tls1_1", "-cipher", OLD)).isEqualTo(NONE);
      assertThat(handshakes.version("-tls1", "-cipher", OLD)).isEqualTo(NONE);
      assertThat(handshakes.version("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"))
          .isEqualTo(NONE);
      Handshakes modern = new Handshakes(other);
      assertThat(modern.version("-tls1_3")).isEqualTo("TLSv1.3");
      assertThat(modern.version("-tls1_2")).isEqualTo(NONE);
      assertThat(fairlead.log()).doesNotContain("level=error");
    }
  }

  @Test
  void showsTheCertificateOfTheNameThatIsAskedFor() {
    Authority.Certificate first = Authority.ours().issue("DNS:a.test");
    Authority.Certificate second = Authority.ours().issue("DNS:b.test", "DNS:*.c.test");
    try (FairleadProcess fairlead =
        FairleadProcess.run(
            config(listener(address, Authority.Certificate.tls("", first, second))))) {
      assertThat(handshakes.shake("-servername", "a.test")).contains(first.pem());
      assertThat(handshakes.shake("-servername", "b.test")).contains(second.pem());
      assertThat(handshakes.shake("-servername", "x.c.test")).contains(second.pem());
      assertThat(handshakes.shake("-servername", "nobody.test")).contains(first.pem());
      assertThat(handshakes.shake("-noservername")).contains(first.pem());
      assertThat(fairlead.log()).doesNotContain("level=error");
    }
  }

  @Test
  void asksForCertificateOfThoseWhoConnect() {
    String require = ", verify-client: require, authorities: " + Authority.ours().root();
    try (FairleadProcess fairlead =
        FairleadProcess.run(
            config(
                listener(
                    address,
                    Authority.Certificate.tls(require, TestTransport.certificate(address)))))) {
      assertThat(shown(Authority.ours().issue("DNS:peer.test"))).isEqualTo("TLSv1.2");
      assertThat(handshakes.version("-tls1_2")).isEqualTo(NONE);
      assertThat(shown(new Authority().issue("DNS:peer.test"))).isEqualTo(NONE);
      assertThat(shown(Authority.ours().issueExpired("DNS:peer.test"))).isEqualTo(NONE);
      assertThat(fairlead.log()).doesNotContain("level=error");
    }
  }

  // In TLS 1.3 a client is through before the server has seen its certificate.
  private String shown(Authority.Certificate certificate) {
    return handshakes.version(
        "-tls1_2", "-cert", certificate.cert().toString(), "-key", certificate.key().toString());
  }

  private static String listener(InetSocketAddress address, String tls) {
    return "{ bind: tls://" + Loopback.text(address) + ", tls: " + tls + " }";
  }

  private static String config(String... listeners) {
    return "listeners: [ "
        + String.join(", ", listeners)
        + " ]\npools: { farm: { health: off, backends: [ sip:127.0.0.1:9;transport=tls ] } }\n"
        + "routes: [ to: farm ]\n";
  }
}
