// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7616 §3.9.1 and RFC 2617 §3.5, whose method is GET. */
class DigestTest {
  private static final String RFC_7616 =
      "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\","
          + " algorithm=ALGORITHM, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
          + " nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth,"
          + " response=\"RESPONSE\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
  private static final String RFC_2617 =
      "Digest username=\"Mufasa\", realm=\"testrealm@host.com\","
          + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth,"
          + " nc=00000001, cnonce=\"0a4f113b\", response=\"RESPONSE\","
          + " opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";

  private static final SipRequest GET = get();

  private static SipRequest get() {
    byte[] bytes = "GET sip:a SIP/2.0\r\n\r\n".getBytes(UTF_8);
    return ((SipRequest) Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length)))
        .keep();
  }

  private static boolean proves(DigestAlgorithm algorithm, String header, String secret) {
    Authorization answer = new Authorization();
    byte[] bytes = header.getBytes(UTF_8);
    assertThat(answer.parse(bytes, 0, bytes.length)).isNull();
    byte[] ha1 = Phone.hash(algorithm, secret).getBytes(UTF_8);
    return new Digest(algorithm).proves(answer, ha1, GET);
  }

  @ParameterizedTest
  @CsvSource({
    "MD5, 8ca523f5e9506fed4657c9700eebdbec, true",
    "MD5, 8CA523F5E9506FED4657C9700EEBDBEC, true",
    "MD5, 8ca523f5e9506fed4657c9700eebdbed, false",
    "SHA_256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1, true",
    "SHA_256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c0, false",
  })
  void computesTheExamplesOfRfc7616(DigestAlgorithm algorithm, String response, boolean right) {
    String header = RFC_7616.replace("ALGORITHM", algorithm.text()).replace("RESPONSE", response);

    assertThat(proves(algorithm, header, "Mufasa:http-auth@example.org:Circle of Life"))
        .isEqualTo(right);
  }

  @ParameterizedTest
  @CsvSource({
    "Circle Of Life, 6629fae49393a05397450978507c4ef1, true",
    "Circle of Life, 6629fae49393a05397450978507c4ef1, false",
  })
  void computesTheExampleOfRfc2617(String password, String response, boolean right) {
    String header = RFC_2617.replace("RESPONSE", response);

    assertThat(proves(DigestAlgorithm.MD5, header, "Mufasa:testrealm@host.com:" + password))
        .isEqualTo(right);
  }
}
