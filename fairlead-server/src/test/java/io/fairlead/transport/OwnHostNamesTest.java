// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipUri;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnHostNamesTest {
  private static final OwnHostNames NAMES =
      new OwnHostNames(
          List.of(
              new Listener(
                  0,
                  "four",
                  CapturedFlow.UDP,
                  new InetSocketAddress("10.0.0.10", 5060),
                  "sip.example.com:5060",
                  "outside"),
              new Listener(
                  1,
                  "six",
                  CapturedFlow.UDP,
                  new InetSocketAddress("2001:db8::10", 5060),
                  "[2001:db8::10]:5060",
                  "outside")));

  private static SipUri uri(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipUri uri = new SipUri();
    assertThat(uri.parse(bytes, 0, bytes.length)).isTrue();
    return uri;
  }

  @ParameterizedTest
  @CsvSource({
    "sip:10.0.0.10,                     true",
    "sip:10.0.0.10:5062,                false",
    "sip:10.0.0.11,                     false",
    "sip:SIP.Example.com:5060;lr,       true",
    "sip:[2001:db8::10]:5060,           true",
    "sip:[2001:DB8:0:0::10];lr,         true",
    "sip:[2001:db8:0:0:0:0:0:10],       true",
    "sip:[2001:0db8::0010]:5060,        true",
    "sip:[2001:db8::10]:5062,           false",
    "sip:[2001:db8:0:0:0:0:0:11],       false",
    "sip:[::ffff:10.0.0.10]:5060,       false",
  })
  void knowsOurHostHoweverItIsSpelt(String text, boolean ours) {
    assertThat(NAMES.is(uri(text))).isEqualTo(ours);
    assertThat(NAMES.listener(uri(text)) != null).isEqualTo(ours);
  }
}
