// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.config.BindResult;
import io.fairlead.config.ByteSize;
import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.config.YamlSource;
import io.fairlead.transport.websocket.WebSocketSettings;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "udp://192.0.2.1:5070, udp://192.0.2.1:5070",
    "udp://192.0.2.1, udp://192.0.2.1:5060",
    "TCP://192.0.2.1:0, tcp://192.0.2.1:0",
    "tcp://[2001:db8:0:0:0:0:0:1]:5070, tcp://[2001:db8::1]:5070",
    "udp://[::1], udp://[::1]:5060",
    "udp://[1:0:0:2:0:0:0:3], udp://[1:0:0:2::3]:5060",
    "udp://[1:0:2:3:4:5:6:7], udp://[1:0:2:3:4:5:6:7]:5060",
    "udp://[2001:db8::], udp://[2001:db8::]:5060"
  })
  void readsABindAddress(String text, String meaning) {
    assertThat(BindAddress.parse(text)).hasToString(meaning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1:5060", "udp:192.0.2.1", "udp://", "udp://example.com:5060",
            "udp://192.0.2.1:65536", "udp://192.0.2.1:",
        "udp://::1:5060", "udp://[::1", "udp://[192.0.2.1]:5060", "udp://192.0.2.1:-1",
            "sctp://192.0.2.1:5060", "://1"
      })
  void refusesWhatIsNoBindAddress(String text) {
    assertThatThrownBy(() -> BindAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected ");
  }

  @Test
  void wantsANameForAWildcard() {
    for (String bind : new String[] {"udp://0.0.0.0:5060", "tcp://[::]:5060"}) {
      assertThatThrownBy(() -> ListenerSettings.of(bind))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("wildcard address needs advertise");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sip.example.com, sip.example.com:5070",
    "sip.example.com:5080, sip.example.com:5080",
    "203.0.113.1, 203.0.113.1:5070",
    "2001:db8::1, [2001:db8::1]:5070",
    "[2001:db8::1], [2001:db8::1]:5070",
    "[2001:db8::1]:5080, [2001:db8::1]:5080"
  })
  void saysWhatIsAdvertised(String advertise, String sentBy) {
    BindAddress bind = BindAddress.parse("udp://0.0.0.0:5070");
    assertThat(ListenerSettings.defaults(bind, advertise).sentBy(5070)).isEqualTo(sentBy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a;b", "a:b", "a\r\nb", "sip:a", "[a]:1"})
  void refusesWhatCannotBeAdvertised(String advertise) {
    BindAddress bind = BindAddress.parse("udp://192.0.2.1");
    assertThatThrownBy(() -> ListenerSettings.defaults(bind, advertise))
        .isInstanceOf(SettingException.class);
  }

  private record Listeners(
      @Setting(doc = "Where traffic comes in.") List<ListenerSettings> listeners) {}

  @Test
  void bindsTheShortAndTheLongForm() {
    String text =
        """
        listeners:
          - udp://192.0.2.1:5060
          - bind: tcp://192.0.2.1:5060
          - bind: tcp://[::]:5060
            advertise: sip.example.com
            write-buffer: 64k
            idle-timeout: 1h
          - bind: ws://192.0.2.1
            websocket: { path: /sip, origins: [ "https://a.example" ], ping-interval: 0s }
        """;
    BindResult<Listeners> bound =
        ConfigBinder.bind(Listeners.class, YamlSource.of("test.yaml", text));
    assertThat(bound.errors()).isEmpty();
    List<ListenerSettings> listeners = Objects.requireNonNull(bound.value()).listeners();
    assertThat(listeners.get(0)).isEqualTo(ListenerSettings.of("udp://192.0.2.1:5060"));
    assertThat(listeners.get(1)).isEqualTo(ListenerSettings.of("tcp://192.0.2.1:5060"));
    assertThat(listeners.get(2).writeBuffer()).isEqualTo(new ByteSize(65536));
    assertThat(listeners.get(2).idleTimeout()).isEqualTo(Duration.ofHours(1));
    WebSocketSettings webSocket = Objects.requireNonNull(listeners.get(3).websocket());
    assertThat(listeners.get(3).bind().port()).isEqualTo(80);
    assertThat(webSocket.path()).isEqualTo("/sip");
    assertThat(webSocket.origins()).containsExactly("https://a.example");
    assertThat(webSocket.pongTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(listeners.get(0).longestMessage()).isEqualTo(65535);
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp://192.0.2.1", "tcp://192.0.2.1"})
  void hasNoWebSocketWhereNoneIsSpoken(String bind) {
    String text = "listeners: [ { bind: '" + bind + "', websocket: { path: / } } ]";
    BindResult<Listeners> bound =
        ConfigBinder.bind(Listeners.class, YamlSource.of("test.yaml", text));
    assertThat(bound.errors()).singleElement().asString().contains("only ws and wss listeners");
  }

  @Test
  void documentsEverySetting() {
    for (RecordComponent component : ListenerSettings.class.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      assertThat(setting).as(component.getName()).isNotNull();
      assertThat(setting.doc()).endsWith(".");
    }
  }

  @Test
  void listsTheTransportsByTheirNames() {
    assertThat(Transports.kinds())
        .extracting(kind -> kind.name())
        .containsExactly("udp", "tcp", "tls", "ws", "wss");
    for (TransportPlugin outlet : Transports.ALL) {
      assertThat(outlet.kind().name()).isEqualTo(outlet.transport().name());
      assertThat(Transports.byName(outlet.transport().name())).isSameAs(outlet.transport());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tls, , true",
    "tcp, , false",
    "wss, , false",
    "tcp, true, true",
    "tls, false, false"
  })
  void takesAliasesWithoutBeingToldOnlyWhereTheyAreProven(
      String transport, @Nullable Boolean set, boolean takes) {
    TunedListener tuned = new TunedListener(transport + "://203.0.113.10:5061");
    tuned.alias = set;
    assertThat(tuned.settings().takesAlias()).isEqualTo(takes);
  }
}
