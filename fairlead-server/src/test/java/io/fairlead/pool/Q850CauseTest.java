// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Q850CauseTest {
  private static SipMessage failure(String headers) {
    String text =
        """
        SIP/2.0 404 Not Found
        Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1
        From: <sip:a@b>;tag=1
        To: <sip:c@d>;tag=2
        Call-ID: x
        CSeq: 1 INVITE
        %s
        Content-Length: 0

        """
            .formatted(headers.replace("\\n", "\n"))
            .replace("\n", "\r\n");
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Reason: SIP;cause=809;text=GATEWAY_DOWN|809",
        "Reason: Q.850;cause=34, sip ;cause=503|503",
        "Reason: Q.850;cause=34|0",
        "Reason: SIP;cause=99999|0",
      })
  void readsTheCauseThatFreeSwitchGivesAsOneOfSip(String headers, int cause) {
    assertThat(Q850Cause.sipCause(failure(headers))).isEqualTo(cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "Reason: Q.850;cause=34|34",
        "reason:q.850 ; text=\"a\" ; CAUSE = 42 |42",
        "Reason: Q.850;cause=34;text=\"cause=1, or; so\"|34",
        "Reason: Q.850;text=\"\\\",Q.850;cause=9\";cause=34|34",
        "Reason: SIP;cause=503;text=\"x, y\", Q.850;cause=41|41",
        "Reason: SIP;cause=503\\nReason: Q.850;cause=127|127",
        "Reason: Q.850;cause=16, Q.850;cause=34|16",
        "Reason: Q.850;\\n cause=38|38",
        "Reason: SIP;cause=34|0",
        "Reason: Q.850;cause=128|0",
        "Reason: Q.850;cause=99999999999999|0",
        "Reason: Q.850;cause=-1|0",
        "Reason: Q.850;cause=|0",
        "Reason: Q.850;cause|0",
        "Reason: Q.850|0",
        "Reason: Q.850x;cause=34|0",
        "Reason: Q.850;xcause=34|0",
        "Reason: ,,;;|0",
        "Reason: Q.850;text=\"open;cause=34|0",
        "Reason:|0",
        "Subject: Q.850;cause=34|0",
      })
  void readsTheCauseOfTheNetwork(String headers, int cause) {
    assertThat(Q850Cause.cause(failure(headers))).isEqualTo(cause);
  }
}
