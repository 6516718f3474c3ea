// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:5060, 10.0.0.1, 5060",
    "[2001:db8::1]:5061, 2001:db8::1, 5061",
    "sip.example.com:65535, sip.example.com, 65535",
    "localhost:0, localhost, 0",
    "_sip._udp.example.com:53, _sip._udp.example.com, 53",
  })
  void isReadAndWrittenAlike(String text, String host, int port) {
    assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1",
        ":5060",
        "10.0.0.1:",
        "10.0.0.1:65536",
        "10.0.0.1:-1",
        "::1:5060",
        "[::1]",
        "[10.0.0.1]:1",
        "10.0.0:5060",
        "1.2.3.256:5060",
        "a b:1",
        "-a.example:1",
        "a..b:1",
        "[::g]:1",
        "host:1:2"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void leavesNamesUnresolved() {
    assertThat(HostPort.parse("localhost:1").socketAddress().isUnresolved()).isTrue();
    assertThat(HostPort.parse("localhost:1").address()).isNull();
    assertThat(HostPort.parse("[::1]:1").socketAddress().getAddress().isLoopbackAddress()).isTrue();
  }
}
