// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static io.fairlead.transport.StreamRig.address;
import static io.fairlead.transport.StreamRig.bytes;
import static io.fairlead.transport.StreamRig.message;
import static io.fairlead.transport.StreamRig.read;
import static io.fairlead.transport.StreamRig.send;
import static io.fairlead.transport.StreamRig.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many connections there are to a peer, and which one a message takes. */
class PeerConnectionsTest {
  private final TunedListener tuned = new TunedListener("tcp://127.0.0.1:0");

  PeerConnectionsTest() {
    tuned.alias = true;
  }

  @ParameterizedTest
  @CsvSource({", 3, 3", "1, 3, 1", "2, 3, 2", "9, 2, 2", ", 1, 1"})
  void opensToAPeerOneConnectionPerLoopOrAsManyAsAllowed(Integer allowed, int loops, int expected)
      throws Exception {
    tuned.connectionsPerPeer = allowed;
    try (StreamRig rig = new StreamRig(loops, tuned.settings())) {
      ServerSocket server = rig.server();
      Set<Flow> flows = new HashSet<>();
      for (int loop = 0; loop < loops; loop++) {
        rig.send(loop, address(server), message(loop));
      }
      for (int i = 0; i < expected; i++) {
        Socket peer = rig.accept(server);
        write(peer, bytes(message(100 + i)));
        flows.add(rig.recorder.next().flow());
      }
      assertThat(flows).hasSize(expected);
      for (int loop = 0; loop < loops; loop++) {
        assertThat(flows).contains(rig.send(loop, address(server), message(loop)));
      }
    }
  }

  @Test
  void servesAConnectionOnTheLoopThatOpenedIt() throws Exception {
    try (StreamRig rig = new StreamRig(3, tuned.settings())) {
      ServerSocket server = rig.server();
      for (int loop = 0; loop < 3; loop++) {
        int index = loop;
        rig.send(loop, address(server), message(loop));
        Socket peer = rig.accept(server);
        assertThat(read(peer, message(loop).length())).isEqualTo(message(loop));
        write(peer, bytes(message(10 + loop)));
        Flow flow = rig.recorder.next().flow();
        assertThat(rig.<Flow>on(loop, () -> rig.flow(address(server)))).isSameAs(flow);
        assertThat(((StreamConnection) flow).loop()).isSameAs(rig.loops.get(index));
      }
    }
  }

  @Test
  void opensAgainWhatHasDied() throws Exception {
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      ServerSocket server = rig.server();
      Flow first = rig.send(0, address(server), message(1));
      Socket peer = rig.accept(server);
      assertThat(read(peer, message(1).length())).isEqualTo(message(1));
      peer.close();
      assertThat(rig.recorder.next().what()).isEqualTo("closed");
      Flow second = rig.send(0, address(server), message(2));
      assertThat(second).isNotSameAs(first);
      assertThat(first.open()).isFalse();
      assertThat(read(rig.accept(server), message(2).length())).isEqualTo(message(2));
    }
  }

  @Test
  void bringsBackAtOnceWhatWasQueuedForAPeerThatDies() throws Exception {
    tuned.writeBuffer = 64 << 20;
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      ServerSocket server = rig.server();
      Flow flow = rig.send(0, address(server), message(1));
      Socket peer = rig.accept(server);
      String large = "x".repeat(60_000);
      for (int i = 0; i < 300; i++) {
        rig.send(0, address(server), large);
      }
      assertThat(rig.recorder.events).isEmpty();
      peer.setSoLinger(true, 0);
      peer.close();
      Recorder.Event event = rig.recorder.next();
      int back = 0;
      while (event.what().equals("undeliverable")) {
        back++;
        assertThat(event.text()).isEqualTo(large);
        event = rig.recorder.next();
      }
      assertThat(back).isPositive();
      assertThat(event.what()).isEqualTo("closed");
      assertThat(flow.open()).isFalse();
    }
  }

  @Test
  void delaysNobodyForAPeerThatDoesNotAnswer() throws Exception {
    tuned.connectTimeout = Duration.ofMinutes(10);
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      ServerSocket server = rig.server();
      InetSocketAddress dead = rig.blackHole();
      for (int i = 0; i < 5; i++) {
        rig.send(0, dead, message(i));
      }
      rig.send(0, address(server), message(9));
      Socket peer = rig.accept(server);
      assertThat(read(peer, message(9).length())).isEqualTo(message(9));
      assertThat(rig.recorder.events).isEmpty();
    }
  }

  @Test
  void givesUpAPeerThatDoesNotAnswerAndTriesAgainWithTheNextMessage() throws Exception {
    tuned.connectTimeout = Duration.ofMillis(100);
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      InetSocketAddress dead = rig.blackHole();
      Flow first = rig.send(0, dead, message(1));
      assertThat(rig.recorder.next().why()).isEqualTo("connect timeout");
      Flow second = rig.send(0, dead, message(2));
      assertThat(second).isNotSameAs(first);
      assertThat(rig.recorder.next().text()).isEqualTo(message(2));
    }
  }

  // ---- connections the peer has opened ----

  @Test
  void takesTheConnectionOfAPeerThatOffersIt() throws Exception {
    try (StreamRig rig = new StreamRig(2, tuned.settings())) {
      Socket client = rig.client();
      write(client, bytes(message(1)));
      Flow flow = rig.recorder.next().flow();
      InetSocketAddress listens = StreamRig.at("127.0.0.1", 5099);
      assertThat(rig.flow(listens)).isNotSameAs(flow);
      offer(rig, flow, 5099);
      for (int loop = 0; loop < 2; loop++) {
        assertThat(rig.send(loop, listens, message(2))).isSameAs(flow);
        assertThat(read(client, message(2).length())).isEqualTo(message(2));
      }
      offer(rig, flow, 5098);
      assertThat(rig.flow(listens)).isNotSameAs(flow);
      assertThat(rig.flow(StreamRig.at("127.0.0.1", 5098))).isSameAs(flow);
      assertThat(rig.flow(StreamRig.at("127.0.0.2", 5098))).isNotSameAs(flow);
      client.close();
      assertThat(rig.recorder.next().what()).isEqualTo("closed");
      assertThat(rig.flow(StreamRig.at("127.0.0.1", 5098))).isNotSameAs(flow);
    }
  }

  @Test
  void prefersItsOwnConnectionToOneThatIsOffered() throws Exception {
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      ServerSocket server = rig.server();
      rig.send(0, address(server), message(1));
      Socket peer = rig.accept(server);
      Socket stranger = rig.client();
      write(stranger, bytes(message(2)));
      Flow offered = rig.recorder.next().flow();
      offer(rig, offered, server.getLocalPort());
      assertThat(rig.send(0, address(server), message(3))).isNotSameAs(offered);
      assertThat(read(peer, 2 * message(1).length())).isEqualTo(message(1) + message(3));
    }
  }

  @Test
  void takesNoOfferOverTcpUnlessTold() throws Exception {
    tuned.alias = null;
    try (StreamRig rig = new StreamRig(1, tuned.settings())) {
      Socket client = rig.client();
      write(client, bytes(message(1)));
      Flow flow = rig.recorder.next().flow();
      offer(rig, flow, 5099);
      assertThat(rig.flow(StreamRig.at("127.0.0.1", 5099))).isNotSameAs(flow);
    }
  }

  @Test
  void takesTheNewestOfferOfTwo() throws Exception {
    try (StreamRig rig = new StreamRig(2, tuned.settings())) {
      InetSocketAddress listens = StreamRig.at("127.0.0.1", 5099);
      Socket first = rig.client();
      write(first, bytes(message(1)));
      offer(rig, rig.recorder.next().flow(), 5099);
      Socket second = rig.client();
      write(second, bytes(message(2)));
      Flow newest = rig.recorder.next().flow();
      offer(rig, newest, 5099);
      first.close();
      assertThat(rig.recorder.next().what()).isEqualTo("closed");
      assertThat(rig.flow(listens)).isSameAs(newest);
    }
  }

  private static void offer(StreamRig rig, Flow flow, int port) throws Exception {
    int loop = ((StreamConnection) flow).loop().index();
    assertThat(
            rig.<Boolean>on(
                loop,
                () -> {
                  flow.alias(port);
                  return true;
                }))
        .isTrue();
  }

  @Test
  void findsAConnectionByItsNumberAsLongAsItIsOpen() throws Exception {
    try (StreamRig rig = new StreamRig(2, tuned.settings())) {
      ServerSocket server = rig.server();
      rig.send(1, address(server), message(1));
      write(rig.accept(server), bytes(message(2)));
      Flow ours = rig.recorder.next().flow();
      Socket client = rig.client();
      write(client, bytes(message(3)));
      Flow theirs = rig.recorder.next().flow();
      assertThat(List.of(ours.connection(), theirs.connection())).doesNotContain(0L);
      assertThat(rig.network.connection(ours.connection())).isSameAs(ours);
      assertThat(rig.network.connection(theirs.connection())).isSameAs(theirs);
      client.close();
      rig.recorder.next();
      assertThat(rig.network.connection(theirs.connection())).isNull();
      send(theirs, message(4));
      assertThat(rig.recorder.next().what()).isEqualTo("undeliverable");
    }
  }
}
