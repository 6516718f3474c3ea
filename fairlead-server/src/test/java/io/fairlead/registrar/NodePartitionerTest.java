// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.ClusterNodeUri;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NodePartitionerTest {
  private static final int USERS = 9000;

  private static Cluster nodes(String own, String... names) {
    Map<String, ClusterNodeUri> uris = new TreeMap<>();
    for (String name : names) {
      uris.put(name, ClusterNodeUri.parse("sip:10.0.0." + (uris.size() + 1) + ":5060"));
    }
    return Cluster.of(own, uris);
  }

  private static NodePartitioner partition(Cluster nodes, String... names) {
    return new NodePartitioner(
        new PartitionSettings(List.of(names), PartitionSettings.WrongNode.REDIRECT), nodes);
  }

  private static AddressOfRecord user(int i) {
    return AddressOfRecord.of("user" + i + "@example.com");
  }

  private static SipRequest request(String uri, String route) {
    String text =
        "REGISTER "
            + uri
            + " SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
            + route
            + "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:alice@example.com>\r\n"
            + "Call-ID: 1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return (SipRequest) Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  @Test
  void allNodesAgreeWhoseAUserIsAndShareTheUsersEvenly() {
    NodePartitioner atA = partition(nodes("a", "a", "b", "c"), "a", "b", "c");
    NodePartitioner atC = partition(nodes("c", "a", "b", "c"), "c", "b", "a");
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < USERS; i++) {
      String home = atA.home(user(i)).name();
      assertThat(atC.home(user(i)).name()).isEqualTo(home);
      counts.merge(home, 1, Integer::sum);
    }
    assertThat(counts.keySet()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(counts.values()).allMatch(count -> count > USERS * 3 / 10);
  }

  @Test
  void aNodeMoreTakesItsOwnShareAndMovesNobodyElse() {
    Cluster four = nodes("a", "a", "b", "c", "d");
    NodePartitioner before = partition(four, "a", "b", "c");
    NodePartitioner after = partition(four, "a", "b", "c", "d");
    int moved = 0;
    for (int i = 0; i < USERS; i++) {
      String now = after.home(user(i)).name();
      if (!now.equals(before.home(user(i)).name())) {
        assertThat(now).isEqualTo("d");
        moved++;
      }
    }
    assertThat(moved).isBetween(USERS / 5, USERS * 3 / 10);
  }

  @Test
  void ownUsersStayAndOthersBelongElsewhere() {
    NodePartitioner atA = partition(nodes("a", "a", "b"), "a", "b");
    NodePartitioner atB = partition(nodes("b", "a", "b"), "a", "b");
    SipRequest request = request("sip:example.com", "");
    for (int i = 0; i < 100; i++) {
      boolean stays = atA.elsewhere(request, user(i)) == null;
      assertThat(atB.elsewhere(request, user(i)) == null).isNotEqualTo(stays);
    }
  }

  @Test
  void whatWasRelayedIsNotRelayedAgain() {
    Cluster nodes = nodes("a", "a", "b");
    NodePartitioner onlyB = partition(nodes, "b");
    String route = NodePartitioner.relayRoute(ClusterNodeUri.parse("sip:10.0.0.1"));

    assertThat(onlyB.elsewhere(request("sip:example.com", ""), user(1))).isNotNull();
    assertThat(onlyB.elsewhere(request("sip:example.com", "Route: <sip:10.0.0.1;lr>\r\n"), user(1)))
        .isNotNull();
    assertThat(onlyB.elsewhere(request("sip:example.com", route), user(1))).isNull();
  }

  @Test
  void theRedirectKeepsTheDomainAndNamesTheNode() {
    ClusterNodeUri node = ClusterNodeUri.parse("sip:10.0.0.2:5070;transport=tcp");

    assertThat(NodePartitioner.contact(request("sip:example.com", ""), node))
        .isEqualTo("Contact: <sip:example.com:5070;maddr=10.0.0.2;transport=tcp>\r\n");
    assertThat(NodePartitioner.contact(request("sip:al%20@example.com;x=1", ""), node))
        .isEqualTo("Contact: <sip:al%20@example.com:5070;maddr=10.0.0.2;transport=tcp>\r\n");
  }
}
