// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may write of an engine. */
class EngineSettingsTest {
  private static final UdpAddress ADDRESS = UdpAddress.parse("udp:127.0.0.1:2223");

  @ParameterizedTest
  @ValueSource(strings = {"udp:10.0.0.7:2223", "udp:[2001:db8::1]:2223"})
  void readsAnAddress(String text) {
    assertThat(UdpAddress.parse(text))
        .hasToString(text.replace("2001:db8::1", "2001:db8:0:0:0:0:0:1"));
    assertThat(UdpAddress.parse(text.replace("udp:", "udp://"))).isEqualTo(UdpAddress.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "udp:", "127.0.0.1:2223", "tcp:127.0.0.1:1", "udp:host:1", "udp:127.0.0.1:0"})
  void doesNotReadWhatIsNone(String text) {
    assertThatThrownBy(() -> UdpAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isEitherAnRtpengineOrAnRtpproxy() {
    assertThat(EngineSettings.ofRtpengine(ADDRESS).address()).isEqualTo(ADDRESS);
    assertThat(EngineSettings.ofRtpproxy(ADDRESS).address()).isEqualTo(ADDRESS);
    assertThatThrownBy(() -> of(ADDRESS, ADDRESS, 1, Map.of())).hasMessageContaining("either");
    assertThatThrownBy(() -> of(null, null, 1, Map.of())).hasMessageContaining("either");
    assertThatThrownBy(() -> of(ADDRESS, null, 10_001, Map.of())).hasMessageContaining("10000");
    assertThatThrownBy(() -> of(null, ADDRESS, 1, Map.of("a", "b")))
        .hasMessageContaining("external");
  }

  private static EngineSettings of(
      @org.jspecify.annotations.Nullable UdpAddress rtpengine,
      @org.jspecify.annotations.Nullable UdpAddress rtpproxy,
      int weight,
      Map<String, String> interfaces) {
    return new EngineSettings(
        rtpengine,
        rtpproxy,
        weight,
        Duration.ofMillis(500),
        4,
        Duration.ofSeconds(2),
        1000,
        interfaces);
  }
}
