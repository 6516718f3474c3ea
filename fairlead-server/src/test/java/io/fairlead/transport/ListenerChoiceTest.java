// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenerChoiceTest {
  private final Listener out = listener(0, Transports.UDP, "203.0.113.10", "outside");
  private final Listener in = listener(1, Transports.UDP, "10.0.0.10", "inside");
  private final Listener in2 = listener(2, Transports.UDP, "10.0.0.11", "inside");
  private final Listener tcp = listener(3, Transports.TCP, "10.0.0.10", "inside");
  private final Listener v6 = listener(4, Transports.UDP, "2001:db8::10", "outside");
  private final List<Listener> all = List.of(out, in, in2, tcp, v6);
  private final ListenerChoice unknown = ListenerChoices.of(all, Map.of());

  private static Listener listener(int index, Transport transport, String at, String network) {
    InetSocketAddress bound = new InetSocketAddress(at, 5060);
    return new Listener(index, "l" + index, transport, bound, at + ":5060", network);
  }

  private static Peer peer(String transport, String host, @Nullable String network) {
    return new Peer(transport, new InetSocketAddress(host, 5060), null, null, network);
  }

  @Test
  void takesTheOnlyOneOfTransportAndFamily() {
    assertThat(unknown.by(peer("tcp", "10.0.0.1", null), out)).isEqualTo(tcp);
    assertThat(unknown.by(peer("udp", "2001:db8::1", null), in)).isEqualTo(v6);
    assertThat(unknown.by(peer("tcp", "2001:db8::1", null), in)).isNull();
    assertThat(unknown.by(peer("tls", "10.0.0.1", null), in)).isNull();
  }

  @Test
  void keepsToTheNetworkThatIsNamed() {
    assertThat(unknown.by(peer("udp", "10.0.0.1", "inside"), out)).isEqualTo(in);
    assertThat(unknown.by(peer("udp", "10.0.0.1", "inside"), in2)).isEqualTo(in2);
    assertThat(unknown.by(peer("udp", "10.0.0.1", "elsewhere"), in2)).isNull();
  }

  @Test
  void followsTheKernelAmongSeveral() {
    ListenerChoice reach =
        ListenerChoices.of(all, Map.of("10.0.0.", "10.0.0.10", "192.0.2.", "203.0.113.10"));

    assertThat(reach.by(peer("udp", "10.0.0.1", null), out)).isEqualTo(in);
    assertThat(reach.by(peer("udp", "192.0.2.1", null), in)).isEqualTo(out);
  }

  @Test
  void staysWithTheOneARequestCameByWhenTheKernelDoesNotTell() {
    assertThat(unknown.by(peer("udp", "10.0.0.1", null), in2)).isEqualTo(in2);
    assertThat(unknown.by(peer("udp", "10.0.0.1", null), tcp)).isEqualTo(in);
    assertThat(unknown.by(peer("udp", "10.0.0.1", null), null)).isEqualTo(out);
  }

  @Test
  void countsAWildcardForEveryInterface() {
    Listener any = listener(0, Transports.UDP, "0.0.0.0", "");
    ListenerChoice reach = ListenerChoices.of(List.of(any, in), Map.of("10.", "10.0.0.10"));

    assertThat(reach.by(peer("udp", "10.0.0.1", null), any)).isEqualTo(any);
    assertThat(reach.by(peer("udp", "10.0.0.1", null), in)).isEqualTo(in);
    assertThat(reach.by(peer("udp", "192.0.2.1", null), in)).isEqualTo(any);
  }

  @Test
  void knowsWhatTheKernelSaysOfLoopback() {
    KernelRouting kernel = new KernelRouting(new AtomicLong()::get);
    InetAddress here = InetAddress.ofLiteral("127.0.0.5");
    int loopback = kernel.interfaceTo(InetAddress.ofLiteral("127.0.0.11"));

    assertThat(loopback).isNotEqualTo(InterfaceLookup.NOWHERE).isEqualTo(kernel.interfaceOf(here));
    assertThat(kernel.interfaceOf(InetAddress.ofLiteral("192.0.2.99")))
        .isEqualTo(InterfaceLookup.NOWHERE);
    assertThat(kernel.interfaceTo(InetAddress.ofLiteral("::1"))).isEqualTo(loopback);
  }

  @Test
  void readsWhatAListenersUriSays() {
    Listener wss = listener(0, Transports.WSS, "10.0.0.10", "");

    assertThat(out.transportParameter(false)).isEmpty();
    assertThat(tcp.transportParameter(true)).isEqualTo(";transport=tcp");
    assertThat(tcp.scheme(true)).isEqualTo("sip");
    assertThat(wss.transportParameter(false)).isEqualTo(";transport=wss");
    assertThat(wss.transportParameter(true)).isEqualTo(";transport=ws");
    assertThat(wss.scheme(true)).isEqualTo("sips");
    assertThat(Objects.requireNonNull(Transports.byName("wss"))).isEqualTo(Transports.WSS);
  }
}
