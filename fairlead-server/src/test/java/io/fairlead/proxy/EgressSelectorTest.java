// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairlead.dns.NextHop;
import io.fairlead.loop.ManualLoop;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.ListenerChoice;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EgressSelectorTest {
  private static final Listener UDP = CapturedFlow.listener(0, CapturedFlow.UDP);
  private static final Listener TCP = CapturedFlow.listener(1, CapturedFlow.TCP);
  private static final InetSocketAddress THERE = new InetSocketAddress("192.0.2.7", 5060);
  private static final Flow OPEN = new CapturedFlow(UDP, THERE);

  /** Counts how often it is asked which listener reaches whom. */
  private static final class AskedWire implements OutboundFlows {
    final List<Peer> asked = new ArrayList<>();
    private int reaches;
    private @Nullable Listener last;

    @Override
    public List<Listener> listeners() {
      return List.of(UDP, TCP);
    }

    @Override
    public Flow flowTo(String transport, InetSocketAddress remote, @Nullable Listener by) {
      throw new AssertionError("asked without a peer");
    }

    @Override
    public Flow flowTo(Peer peer, @Nullable Listener by) {
      last = by;
      if (asked.size() < 10) {
        asked.add(peer);
      }
      return OPEN;
    }

    @Override
    public ListenerChoice reach() {
      reaches++;
      return OutboundFlows.super.reach();
    }
  }

  private final AskedWire wire = new AskedWire();
  private final ManualLoop loop = new ManualLoop();
  private final EgressSelector exits = new EgressSelector(wire, loop);
  private final NextHop target = new NextHop("udp", THERE, "phone.test");

  @Test
  void choosesAListenerForAPlaceOnceInAWhile() {
    exits.to(target, null, UDP);
    exits.to(target, null, UDP);
    assertThat(wire.reaches).isEqualTo(1);
    assertThat(wire.last).isEqualTo(UDP);
    assertThat(wire.asked.getLast()).isEqualTo(new Peer("udp", THERE, "phone.test", null));

    loop.advance(Duration.ofSeconds(2));
    exits.to(target, null, UDP);
    assertThat(wire.reaches).isEqualTo(2);
  }

  @Test
  void choosesAnewForAnotherListenerThatItCameBy() {
    exits.to(target, null, UDP);
    exits.to(target, null, TCP);
    exits.to(target, UDP, TCP);
    assertThat(wire.reaches).isEqualTo(2);
    assertThat(wire.last).isEqualTo(UDP);
  }

  @Test
  void leavesByTheListenerThatIsNamedWhenItSpeaksWhatIsNeeded() {
    NextHop stream = new NextHop("tcp", THERE, null);
    exits.to(stream, TCP, UDP);
    assertThat(wire.reaches).isZero();
    exits.to(stream, UDP, UDP);
    assertThat(wire.reaches).isEqualTo(1);
    assertThat(wire.last).isEqualTo(TCP);
  }

  @Test
  void takesTheFirstPlaceThatIsReached() {
    NextHop secure = new NextHop("tls", THERE, null);
    assertThat(exits.to(secure, null, UDP)).isNull();
    assertThat(exits.to(List.of(secure), null, UDP)).isNull();
    assertThat(exits.to(List.of(secure, target), null, UDP)).isSameAs(OPEN);
    assertThat(wire.asked).hasSize(1);
  }

  @Test
  void allocatesNothingForWhatIsRemembered() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Peer backend = Peer.at("udp", THERE);
    for (int i = 0; i < 20_000; i++) {
      exits.to(target, null, UDP);
      exits.to(backend, UDP);
    }
    // What the virtual machine itself allocates now and then must not fail the test.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        exits.to(target, null, UDP);
        exits.to(backend, UDP);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(1000);
  }
}
