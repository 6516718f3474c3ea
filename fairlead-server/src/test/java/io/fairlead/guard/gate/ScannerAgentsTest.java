// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names within values. */
class ScannerAgentsTest {
  private final ScannerAgents agents =
      new ScannerAgents(List.of("friendly-scanner", "VaxSIPUserAgent", "sipcli", "sip-scan"));

  @ParameterizedTest
  @CsvSource({
    "friendly-scanner, 0",
    "FRIENDLY-Scanner/2, 0",
    "xx vaxsipuseragent/3.1, 1",
    "sipsipcli, 2",
    "sip-sip-scan, 3",
    "Linphone/5.2 (sip-sca), -1",
    "friendly-scanne, -1",
    "Yealink SIP-T46S 66.86.0.15, -1",
    "'', -1"
  })
  void findsTheNameInAnyCase(String value, int which) {
    byte[] bytes = ("<" + value + ">sipcli").getBytes(StandardCharsets.UTF_8);

    assertThat(agents.in(bytes, 1, bytes.length - 7)).isEqualTo(which);
  }
}
