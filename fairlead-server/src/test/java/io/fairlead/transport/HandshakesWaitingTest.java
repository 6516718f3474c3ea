// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.Loop;
import io.fairlead.loop.ManualLoop;
import io.fairlead.loop.TimerWheel;
import io.fairlead.observe.Gauges;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.transport.ListenerMeters.Drop;
import io.fairlead.transport.tls.ListenerEngines;
import io.fairlead.transport.tls.TestCertificates;
import io.fairlead.transport.tls.TlsLibrary;
import io.fairlead.transport.tls.TlsRuntime;
import io.fairlead.transport.tls.TlsWorkSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More handshakes than may wait, while the only thread that does them is busy. */
class HandshakesWaitingTest {
  private static final int MOST = 3;

  @Test
  void refusesThoseThatAreMoreThanMayWait(@TempDir Path folder) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    Meters meters = new Meters();
    try (TlsRuntime workshop =
        new TlsRuntime(new TlsWorkSettings(TlsLibrary.JDK, 1, MOST), meters)) {
      ListenerEngines desk =
          workshop.desk(certificates.listener(certificates.of("a", "a.example.com")));
      assertThat(workshop.begin(() -> hold(busy, free))).isTrue();
      assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
      List<Peer> peers = new ArrayList<>();
      for (int i = 0; i < MOST + 2; i++) {
        peers.add(new Peer(workshop, desk));
      }

      assertThat(peers)
          .extracting(each -> each.dropped)
          .containsExactly(null, null, null, Drop.HANDSHAKES_WAITING, Drop.HANDSHAKES_WAITING);
      assertThat(Gauges.value(meters, Meter.HANDSHAKES_WAITING)).isEqualTo(MOST);
      assertThat(peers.getLast().ended).isEqualTo("too many handshakes wait");
      free.countDown();
      for (Peer each : peers.subList(0, MOST)) {
        assertThat(each.answered.await(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(new Peer(workshop, desk).dropped).as("when there is room again").isNull();
    }
  }

  private static void hold(CountDownLatch busy, CountDownLatch free) {
    busy.countDown();
    try {
      free.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] hello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(20_000);
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** One who has said hello; what is made of that comes from the thread that did it. */
  private static final class Peer extends FakeLayeredConnection {
    final CountDownLatch answered = new CountDownLatch(1);

    Peer(TlsRuntime workshop, ListenerEngines desk) throws Exception {
      super(ListenerSettings.of("tls://203.0.113.10:5061"), new ManualLoop());
      byte[] hello = hello();
      new TlsEncryption(this, workshop, desk).received(hello, 0, hello.length);
    }

    @Override
    public Loop loop() {
      return new Loop() {
        @Override
        public int index() {
          return manual.index();
        }

        @Override
        public long nowNs() {
          return manual.nowNs();
        }

        @Override
        public TimerWheel timers() {
          return manual.timers();
        }

        @Override
        public boolean inLoop() {
          return false;
        }

        @Override
        public void execute(Runnable command) {
          answered.countDown();
        }
      };
    }
  }
}
