// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.FlowToken;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves for a registrar behind us, and what comes back, byte for byte. */
class RegisterEditsTest {
  private static final long BRANCH = 0x0123456789abcdefL;

  private final RegisterEdits edits =
      new RegisterEdits(new FlowToken(CookieKeys.of(List.of("a key for tests, long enough"))), 0);
  private final CapturedFlow phone = CapturedFlow.udp("198.51.100.7", 10_001);

  private static SipMessage parse(String text) {
    byte[] bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length)).keep();
  }

  private String sent(String request, long expires) {
    String text =
        edits
            .request(
                (SipRequest) parse(request),
                phone,
                new RegisterEdits.Leaving(
                    CapturedFlow.listener(0, CapturedFlow.UDP), BRANCH, 0, false, false),
                expires)
            .toString();
    return text.replace("\r\n", "\n").replaceAll("sip:fl\\.[A-Za-z0-9_-]+@", "sip:TOKEN@");
  }

  @Test
  void addsViaAndPathAndSaysThatPathIsSpoken() {
    String request =
        """
        REGISTER sip:farm.test SIP/2.0
        Via: SIP/2.0/UDP 192.168.77.5:40000;rport;branch=z9hG4bK1
        Route: <sip:203.0.113.10;lr>
        Max-Forwards: 70
        From: <sip:1001@farm.test>;tag=1
        To: <sip:1001@farm.test>
        Call-ID: c
        CSeq: 1 REGISTER
        Contact: <sip:1001@192.168.77.5:40000;ob>
        Expires: 300
        Content-Length: 0

        """;
    assertThat(sent(request, 0))
        .isEqualTo(
            """
            REGISTER sip:farm.test SIP/2.0
            Via: SIP/2.0/UDP 203.0.113.10:5060;rport;branch=z9hG4bKfl0123456789abcdef00000000
            Via: SIP/2.0/UDP 192.168.77.5:40000;rport=10001;received=198.51.100.7;branch=z9hG4bK1
            Max-Forwards: 69
            From: <sip:1001@farm.test>;tag=1
            To: <sip:1001@farm.test>
            Call-ID: c
            CSeq: 1 REGISTER
            Contact: <sip:1001@192.168.77.5:40000;ob>
            Expires: 300
            Content-Length: 0
            Path: <sip:TOKEN@203.0.113.10:5060;lr>
            Supported: path

            """
                .replace(";rport=10001;received=198.51.100.7;branch=z9hG4bK1", via()));
  }

  // Where received stands is the codec's own affair.
  private static String via() {
    return ";rport=10001;branch=z9hG4bK1;received=198.51.100.7";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Contact: <sip:a@h>~Expires: 300              | Contact: <sip:a@h>~Expires: 3600",
        "Contact: <sip:a@h>;expires=300;q=1           | Contact:"
            + " <sip:a@h>;expires=3600;q=1~*Expires: 3600",
        "Contact: <sip:a@h>                           | Contact: <sip:a@h>~*Expires: 3600",
        "Contact: <sip:a@h>;expires=0~Expires: 300    | Contact: <sip:a@h>;expires=0~Expires: 3600",
        "Contact: <sip:a@h>~Expires: 0                | Contact: <sip:a@h>~Expires: 0",
        "Contact: *~Expires: 0                        | Contact: *~Expires: 0",
      })
  void asksForLongerOnlyWhereADeviceAsksForATime(String headers, String expected) {
    String request =
        """
        REGISTER sip:farm.test SIP/2.0
        Via: SIP/2.0/UDP h;branch=z9hG4bK1
        From: <sip:1001@farm.test>;tag=1
        To: <sip:1001@farm.test>
        Call-ID: c
        CSeq: 1 REGISTER
        """
            + headers.replace("~", "\n")
            + "\nContent-Length: 0\n\n";
    String text = sent(request, 3600);

    for (String line : expected.split("~")) {
      assertThat(text).contains("\n" + line.replace("*", line.startsWith("*") ? "" : "*") + "\n");
    }
    assertThat(text.split("\nExpires:", -1)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Contact: <sip:a@h>;expires=3600              | Contact: <sip:a@h>;expires=300",
        "Contact: <sip:a@h>;expires=3600, <sip:b@h>;expires=60 | Contact: <sip:a@h>;expires=300,"
            + " <sip:b@h>;expires=60",
        "Contact: <sip:a@h>~Expires: 3600             | Contact: <sip:a@h>;expires=300~Expires:"
            + " 300",
        "Contact: <sip:a@h>;expires=120               | Contact: <sip:a@h>;expires=120",
      })
  void tellsTheDeviceTheShorterTime(String headers, String expected) {
    String response =
        """
        SIP/2.0 200 OK
        Via: SIP/2.0/UDP 203.0.113.10:5060;branch=z9hG4bKfl
        Via: SIP/2.0/UDP h;branch=z9hG4bK1
        From: <sip:1001@farm.test>;tag=1
        To: <sip:1001@farm.test>;tag=2
        Call-ID: c
        CSeq: 1 REGISTER
        %s
        Content-Length: 0

        """;
    String text =
        edits
            .response((SipResponse) parse(response.formatted(headers.replace("~", "\n"))), 300)
            .toString()
            .replace("\r\n", "\n");
    assertThat(text)
        .isEqualTo(
            response
                .formatted(expected.replace("~", "\n"))
                .replace("Via: SIP/2.0/UDP 203.0.113.10:5060;branch=z9hG4bKfl\n", ""));
  }
}
