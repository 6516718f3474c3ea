// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.net.IpAddresses;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnlatchedSendPolicyTest {
  private static final UnlatchedSendPolicy POLICY =
      new UnlatchedSendPolicy(
          FakeStreams.settings(
              """
              ports: 30000-49999
              address: { outside: 198.51.100.1, lab: 127.0.0.20 }
              advertise: { outside: 198.51.100.9 }
              send-first: { outside: 203.0.113.64/26 }
              """));

  @ParameterizedTest
  @CsvSource({
    // described        port   message from   network  sent to first
    "203.0.113.5,      4000,  203.0.113.5,   outside, true",
    "203.0.113.5,      4000,  203.0.113.6,   outside, false",
    "203.0.113.70,     4000,  203.0.113.6,   outside, true",
    "203.0.113.5,      0,     203.0.113.5,   outside, false",
    "203.0.113.5,      30002, 203.0.113.5,   outside, true",
    "224.0.0.5,        4000,  224.0.0.5,     outside, false",
    "0.0.0.0,          4000,  0.0.0.0,       outside, false",
    "255.255.255.255,  4000,  255.255.255.255, outside, false",
    // Our own ports; others on our address are somebody else's.
    "198.51.100.1,     30002, 198.51.100.1,  outside, false",
    "198.51.100.9,     30002, 198.51.100.9,  outside, false",
    "198.51.100.1,     16384, 198.51.100.1,  outside, true",
    "127.0.0.20,       30002, 127.0.0.20,    lab,     false",
    "127.0.0.20,       16384, 127.0.0.20,    lab,     true",
    // A loopback address that is not ours may have any port.
    "127.0.0.11,       30002, 127.0.0.11,    lab,     true",
    "127.0.0.11,       16384, 127.0.0.11,    lab,     true",
    "127.0.0.11,       30002, 127.0.0.11,    outside, false",
  })
  void saysWhoIsSentToBeforeHeHasSpoken(
      String described, int port, String source, String network, boolean allowed) {
    InetSocketAddress to =
        new InetSocketAddress(Objects.requireNonNull(IpAddresses.literal(described)), port);
    assertThat(POLICY.allows(to, IpAddresses.literal(source), network)).isEqualTo(allowed);
  }
}
