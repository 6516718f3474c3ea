// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static io.fairlead.transport.StreamRig.assertEnded;
import static io.fairlead.transport.StreamRig.bytes;
import static io.fairlead.transport.StreamRig.message;
import static io.fairlead.transport.StreamRig.read;
import static io.fairlead.transport.StreamRig.send;
import static io.fairlead.transport.StreamRig.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.net.Cidr;
import io.fairlead.transport.proxyprotocol.ProxyHeaders;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolTest {
  private static final byte[] V1 = ProxyHeaders.line("TCP4 192.0.2.7 127.0.0.1 40001 5060");
  private static final byte[] V2 = ProxyHeaders.tcp("2001:db8::7", 40002, "::1", 5060);
  private static final byte[] LOCAL = ProxyHeaders.block(0x20, 0);

  private final TunedListener tuned = new TunedListener("tcp://127.0.0.1:0");

  private StreamRig trusting(String network) {
    tuned.proxyProtocol = new ProxyProtocolSettings(List.of(Cidr.parse(network)));
    return new StreamRig(2, tuned.settings());
  }

  @Test
  void takesTheNamedSourceForThePeer() throws Exception {
    try (StreamRig rig = trusting("127.0.0.0/8")) {
      Socket client = rig.client();
      write(client, ProxyHeaders.join(V1, bytes(message(1) + message(2))));
      List<Recorder.Event> events = rig.recorder.next(2);
      assertThat(events.get(0).text()).isEqualTo(message(1));
      assertThat(events.get(1).text()).isEqualTo(message(2));
      Flow flow = events.getFirst().flow();
      InetSocketAddress source = StreamRig.at("192.0.2.7", 40001);
      assertThat(flow.remote()).isEqualTo(source);
      assertThat(flow.toString()).endsWith("<-> 192.0.2.7:40001");
      assertThat(rig.flow(source)).isSameAs(flow);
      assertThat(rig.network.connection(flow.connection())).isSameAs(flow);
      send(flow, message(3));
      assertThat(read(client, message(3).length())).isEqualTo(message(3));
    }
  }

  @Test
  void readsAHeaderThatComesInPieces() throws Exception {
    try (StreamRig rig = trusting("127.0.0.1")) {
      Socket client = rig.client();
      byte[] all = ProxyHeaders.join(V2, bytes(message(1)));
      for (byte each : all) {
        write(client, new byte[] {each});
      }
      Recorder.Event event = rig.recorder.next();
      assertThat(event.text()).isEqualTo(message(1));
      assertThat(event.flow().remote()).isEqualTo(StreamRig.at("2001:db8::7", 40002));
    }
  }

  @Test
  void keepsTheSocketsAddressWhenTheBalancerSpeaksForItself() throws Exception {
    try (StreamRig rig = trusting("127.0.0.1")) {
      Socket client = rig.client();
      write(client, ProxyHeaders.join(LOCAL, bytes(message(1))));
      assertThat(rig.recorder.next().flow().remote()).isEqualTo(client.getLocalSocketAddress());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MESSAGE sip:a SIP/2.0\r\n", "PROXY TCP4 x\r\n", "\r\n\r\n\r\n"})
  void closesATrustedPeerThatSendsNoHeader(String first) throws Exception {
    try (StreamRig rig = trusting("127.0.0.1")) {
      Socket client = rig.client();
      write(client, bytes(first));
      assertEnded(client);
      assertThat(rig.dropped("proxy-protocol")).isEqualTo(1);
      assertThat(rig.recorder.events).isEmpty();
    }
  }

  @Test
  void closesATrustedPeerThatIsTooSlowWithItsHeader() throws Exception {
    tuned.handshakeTimeout = Duration.ofMillis(200);
    try (StreamRig rig = trusting("127.0.0.1")) {
      Socket silent = rig.client();
      Socket half = rig.client();
      write(half, new byte[] {V1[0], V1[1]});
      assertEnded(silent);
      assertEnded(half);
      assertThat(rig.dropped("proxy-protocol")).isEqualTo(2);
      assertThat(rig.recorder.events).isEmpty();
    }
  }

  @Test
  void takesAHeaderFromAStrangerForGarbage() throws Exception {
    try (StreamRig rig = trusting("192.0.2.0/24")) {
      Socket client = rig.client();
      write(client, ProxyHeaders.join(V1, bytes(message(1))));
      assertThat(rig.recorder.next().what()).isEqualTo("broken");
      Recorder.Event event = rig.recorder.next();
      assertThat(event.what()).isEqualTo("closed");
      assertThat(event.flow().remote()).isEqualTo(client.getLocalSocketAddress());
      Socket other = rig.client();
      write(other, V2);
      write(other, bytes("\r\nl: x\r\n\r\n"));
      assertThat(rig.recorder.next(2).getLast().what()).isEqualTo("closed");
      assertThat(rig.dropped("framing")).isEqualTo(2);
      assertThat(rig.dropped("proxy-protocol")).isZero();
    }
  }

  @Test
  void countsTheNamedSourceAndNotTheBalancer() throws Exception {
    tuned.maxConnectionsPerSource = 1;
    try (StreamRig rig = trusting("127.0.0.1")) {
      Socket first = rig.client();
      write(first, ProxyHeaders.join(V1, bytes(message(1))));
      rig.recorder.next();
      Socket other = rig.client();
      write(other, ProxyHeaders.join(V2, bytes(message(2))));
      rig.recorder.next();
      Socket second = rig.client();
      write(second, ProxyHeaders.line("TCP4 192.0.2.7 127.0.0.1 40003 5060"));
      assertEnded(second);
      assertThat(rig.dropped("max-connections-per-source")).isEqualTo(1);
      first.close();
      assertThat(rig.recorder.next().what()).isEqualTo("closed");
      Socket third = rig.client();
      write(third, ProxyHeaders.join(V1, bytes(message(3))));
      assertThat(rig.recorder.next().text()).isEqualTo(message(3));
    }
  }
}
