// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.Gruu;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.HeapBindings;
import io.fairlead.transport.CapturedOutboundFlows;
import io.fairlead.transport.Flow;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocationLookupTest {
  private static final AddressOfRecord BOB = AddressOfRecord.of("bob@example.com");
  private static final String UDP = "udp:203.0.113.10:5060";
  private static final String TCP = "tcp:203.0.113.10:5060";

  private static final PeerNodes TWO =
      new PeerNodes() {
        @Override
        public int self() {
          return 1;
        }

        @Override
        public @Nullable Node of(int number) {
          return number == 2
              ? new Node("udp", new InetSocketAddress("10.0.0.2", 5060), "10.0.0.2:5060")
              : null;
        }
      };

  private final HeapBindings bindings = new HeapBindings(1);
  private final CapturedOutboundFlows wire = new CapturedOutboundFlows();
  private final CookieKeys keys = CookieKeys.of(List.of("a key of thirty-two characters.."));
  private final LocationLookup location = location(PeerNodes.NONE);

  private LocationLookup location(PeerNodes nodes) {
    return new LocationLookup(bindings, () -> 1000, nodes, wire, keys);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Binding binding(String contact, int q, Binding.Origin origin) {
    return new Binding(
        0,
        bytes(contact),
        q,
        Binding.NONE,
        new Binding.Device(bytes(contact), 0, ""),
        new Binding.Renewal(1, 1, q, 2000),
        origin,
        Binding.Upstream.NOBODY);
  }

  private static Binding.Origin origin(String listener, boolean nat, int node) {
    InetSocketAddress remote = new InetSocketAddress("192.0.2.7", 40123);
    String transport = listener.substring(0, 3);
    return new Binding.Origin(
        listener, transport, remote, transport.equals("udp") ? 0 : 9, nat, node);
  }

  private List<String> found(String text) {
    SipUri uri = new SipUri();
    byte[] bytes = bytes(text);
    assertThat(uri.parse(bytes, 0, bytes.length)).isTrue();
    return location.of(uri).stream()
        .map(each -> new String(each.contact(), StandardCharsets.UTF_8))
        .toList();
  }

  private @Nullable Flow flow(Binding binding) {
    return location.flow(location.to(binding));
  }

  private static String route(BranchDestination to) {
    SipWriter out = new SipWriter();
    to.routes(out);
    return out.toString();
  }

  private static String target(BranchDestination to) {
    byte[] target = to.target();
    return target == null ? "" : new String(target, StandardCharsets.UTF_8);
  }

  @Test
  void findsTheBestFirst() {
    bindings.put(BOB, binding("sip:a@10.0.0.1", 300, origin(UDP, true, 0)));
    bindings.put(BOB, binding("sip:b@10.0.0.1", 900, origin(UDP, true, 0)));
    bindings.put(BOB, binding("sip:c@10.0.0.1", 500, origin(UDP, true, 0)));
    assertThat(found("sip:bob@Example.COM:5070;transport=tcp"))
        .containsExactly("sip:b@10.0.0.1", "sip:c@10.0.0.1", "sip:a@10.0.0.1");
    assertThat(found("sip:carol@example.com")).isEmpty();
    assertThat(found("tel:+49301234")).isEmpty();
  }

  @Test
  void findsOneDeviceByItsGruu() {
    bindings.put(BOB, binding("sip:a@10.0.0.1", 300, origin(UDP, true, 0)));
    bindings.put(BOB, binding("sip:b@10.0.0.1", 900, origin(UDP, true, 0)));
    assertThat(found("sip:bob@example.com;gr=sip:a%4010.0.0.1")).containsExactly("sip:a@10.0.0.1");
    assertThat(found("sip:bob@example.com;gr=other")).isEmpty();
    SipWriter hidden = new SipWriter();
    assertThat(new Gruu(keys).writeTemporary(hidden, BOB, bytes("sip:b@10.0.0.1"), 5)).isTrue();
    assertThat(found(hidden.toString())).containsExactly("sip:b@10.0.0.1");
    assertThat(found("sip:bob@example.com;gr")).isEmpty();
  }

  @Test
  void leavesByTheSocketTheDeviceRegisteredAt() {
    Binding natted = binding("sip:a@192.168.1.5", 1000, origin(UDP, true, 0));
    Flow flow = flow(natted);
    assertThat(flow).isSameAs(wire.flows().getFirst());
    assertThat(wire.flows().getFirst().remote()).isEqualTo(natted.origin().remote());
    assertThat(location.to(natted).byFlow()).isTrue();
  }

  @Test
  void reachesNoNattedDeviceByAnotherSocketOrConnection() {
    assertThat(flow(binding("sip:a@192.168.1.5", 1000, origin("udp:gone", true, 0)))).isNull();
    assertThat(flow(binding("sip:a@192.168.1.5", 1000, origin(TCP, true, 0)))).isNull();
    assertThat(wire.flows()).isEmpty();
  }

  @Test
  void connectsAnewToTheContactOfADeviceWithoutNat() {
    flow(binding("sip:a@192.0.2.7:5066;transport=tcp?Subject=x", 1000, origin(TCP, false, 0)));
    assertThat(wire.flows().getFirst().remote())
        .isEqualTo(new InetSocketAddress("192.0.2.7", 5066));
    assertThat(flow(binding("sip:a@phone.example.com", 1000, origin(TCP, false, 0)))).isNull();
  }

  @Test
  void writesNoHeadersIntoARequestUri() {
    BranchDestination to =
        location.to(binding("sip:a@192.0.2.7;ob?Subject=x", 1000, origin(UDP, false, 0)));
    assertThat(target(to)).isEqualTo("sip:a@192.0.2.7;ob");
    assertThat(route(to)).isEmpty();
    assertThat(to.byFlow()).isFalse();
  }

  @Test
  void goesThroughTheNodeThatHoldsTheFlow() {
    LocationLookup one = location(TWO);
    Binding elsewhere = binding("sip:a@192.168.1.5", 1000, origin("udp:there", true, 2));
    BranchDestination to = one.to(elsewhere);
    assertThat(route(to)).startsWith("Route: <sip:fl.").endsWith("@10.0.0.2:5060;lr>\r\n");
    assertThat(to.byFlow()).isFalse();
    assertThat(one.flow(to)).isSameAs(wire.flows().getFirst());
    assertThat(wire.flows().getFirst().remote()).isEqualTo(new InetSocketAddress("10.0.0.2", 5060));

    FlowToken token = new FlowToken(keys);
    byte[] text = bytes(route(to));
    int from = "Route: <sip:".length();
    assertThat(token.read(text, from, route(to).indexOf('@'))).isEqualTo(FlowToken.Verdict.VALID);
    assertThat(token.node()).isEqualTo(2);
    assertThat(one.named(token)).isNull();
  }

  @Test
  void reachesNothingOnANodeThatIsNotThere() {
    LocationLookup one = location(TWO);
    assertThat(one.flow(one.to(binding("sip:a@192.0.2.7", 1000, origin(UDP, false, 3))))).isNull();
  }
}
