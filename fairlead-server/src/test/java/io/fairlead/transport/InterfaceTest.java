// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static io.fairlead.transport.StreamRig.address;
import static io.fairlead.transport.StreamRig.bytes;
import static io.fairlead.transport.StreamRig.message;
import static io.fairlead.transport.StreamRig.read;
import static io.fairlead.transport.StreamRig.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks for routers, and addresses that are not there yet. */
class InterfaceTest {
  private static StreamRig marked(String bind, @Nullable Integer dscp) {
    TunedListener tuned = new TunedListener(bind);
    tuned.dscp = dscp;
    return new StreamRig(2, tuned.settings());
  }

  @ParameterizedTest
  @CsvSource({
    "udp://127.0.0.1:0, 24, 96",
    "udp://[::1]:0, 24, 96",
    "udp://127.0.0.1:0, 46, 184",
    "udp://127.0.0.1:0, , 0",
    "udp://[::1]:0, , 0"
  })
  void marksItsDatagrams(String bind, @Nullable Integer dscp, int bits) throws Throwable {
    try (StreamRig rig = marked(bind, dscp)) {
      boolean ipv6 = bind.contains("[");
      assertThat(KernelSockets.trafficClass(ipv6 ? "udp6" : "udp", rig.bound().getPort(), ipv6))
          .isEqualTo(List.of(bits, bits));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://127.0.0.1:0, 24, 96",
    "tcp://[::1]:0, 24, 96",
    "tcp://127.0.0.1:0, , 0",
    "tcp://[::1]:0, , 0"
  })
  void marksItsConnections(String bind, @Nullable Integer dscp, int bits) throws Throwable {
    try (StreamRig rig = marked(bind, dscp)) {
      boolean ipv6 = bind.contains("[");
      String table = ipv6 ? "tcp6" : "tcp";
      Socket client = rig.client();
      write(client, bytes(message(1)));
      rig.recorder.next();
      assertThat(KernelSockets.trafficClass(table, rig.bound().getPort(), ipv6))
          .as("listening and accepted")
          .isEqualTo(List.of(bits, bits));
      ServerSocket server = rig.server();
      rig.send(0, address(server), message(2));
      Socket peer = rig.accept(server);
      assertThat(read(peer, message(2).length())).isEqualTo(message(2));
      assertThat(KernelSockets.trafficClass(table, peer.getPort(), ipv6))
          .as("opened by us")
          .isEqualTo(List.of(bits));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "udp://192.0.2.77:5060",
        "tcp://192.0.2.77:5060",
        "udp://[2001:db8::77]:5060",
        "tcp://[2001:db8::77]:5060"
      })
  void bindsAnAddressThatIsNotThereOnlyWhenItMay(String bind) throws Exception {
    TunedListener tuned = new TunedListener(bind);
    assertThatThrownBy(() -> new StreamRig(2, tuned.settings()))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("no interface has")
        .hasMessageContaining("floating: yes");
    tuned.floating = true;
    try (StreamRig rig = new StreamRig(2, tuned.settings())) {
      assertThat(rig.bound()).isEqualTo(BindAddress.parse(bind).socketAddress());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp://192.0.2.77:0", "tcp://192.0.2.77:0"})
  void saysAtOnceThatNothingLeavesFromAnAddressThatIsNotThere(String bind) throws Exception {
    TunedListener tuned = new TunedListener(bind);
    tuned.floating = true;
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      InetSocketAddress anyone = StreamRig.at("192.0.2.78", 5060);
      rig.send(0, anyone, message(1));
      Recorder.Event event = Objects.requireNonNull(rig.recorder.next());
      assertThat(event.what()).isEqualTo("undeliverable");
      assertThat(event.text()).isEqualTo(message(1));
    }
  }
}
