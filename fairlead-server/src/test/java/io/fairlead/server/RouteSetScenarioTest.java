// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Route headers: ours and those of others, true ones and forged ones (RFC 3261 §16.4, §16.5,
 * §16.6).
 */
class RouteSetScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  private Leg talking() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    assertThat(call.routes).hasSize(1);
    return call;
  }

  private int answerTo(Leg call, String method) {
    call.send(method);
    rig.net.runMs(100);
    return call.last(method).status();
  }

  @Test
  void answers481ToADialogThatNobodyOfUsBegan() {
    Leg call = talking();
    call.routes = List.of();
    call.agent.legs.remove(call.callId);
    Leg foreign = phone.leg(call.target);
    foreign.remoteTag = "made-up";
    foreign.routes = List.of("<sip:203.0.113.10:5060;lr>");
    assertThat(answerTo(foreign, "BYE")).isEqualTo(481);
    assertThat(b1.copies("BYE")).isZero();
    rig.house.stop();
    rig.assertEmpty();
  }

  @Test
  void refusesAChangedCookieAndDropsItsAck() {
    Leg call = talking();
    String route = call.routes.getFirst();
    int at = route.indexOf("sip:") + 6;
    call.routes =
        List.of(
            route.substring(0, at)
                + (route.charAt(at) == 'A' ? 'B' : 'A')
                + route.substring(at + 1));
    refused(call);
  }

  @Test
  void refusesTheCookieOfAnotherCall() {
    Leg one = talking();
    Leg other = talking();
    one.routes = other.routes;
    refused(one);
  }

  @Test
  void refusesTheCookieOfAnotherKey() {
    ServerRig foreign =
        new ServerRig(
            new VirtualNet(1, 1),
            ServerRig.plan(ServerRig.farmYaml()),
            List.of("quite another key, as long"));
    FakePhone caller = foreign.phone();
    Leg call = caller.invite();
    foreign.net.runMs(100);
    Leg copy = phone.leg(call.target);
    copy.remoteTag = call.remoteTag;
    copy.routes = call.routes;
    refused(copy);
  }

  private void refused(Leg call) {
    b1.received.clear();
    assertThat(answerTo(call, "BYE")).isEqualTo(403);
    assertThat(answerTo(call, "INVITE")).isEqualTo(403);
    int before = phone.received.size();
    phone.raw(
        "ACK "
            + call.target
            + " SIP/2.0\r\nVia: SIP/2.0/UDP "
            + phone.viaAddress
            + ";rport;branch=z9hG4bKack\r\nMax-Forwards: 70\r\nRoute: "
            + call.routes.getFirst()
            + "\r\nFrom: <sip:a@b>;tag="
            + call.localTag
            + "\r\nTo: <sip:c@d>;tag="
            + call.remoteTag
            + "\r\nCall-ID: "
            + call.callId
            + "\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n");
    rig.net.runMs(100);
    assertThat(b1.received).isEmpty();
    assertThat(phone.received).hasSize(before);
    rig.house.stop();
    rig.assertEmpty();
  }

  @Test
  void routesADialogOfAnotherNodeWithTheSameKeyAndOfAnOlderKey() {
    ServerRig other =
        new ServerRig(
            new VirtualNet(2, 1),
            ServerRig.plan(ServerRig.farmYaml("balance: priority")),
            List.of("the new key, long enough", ServerRig.KEYS.getFirst()));
    Leg begun = talking();
    FakePhone caller = other.phone();
    Leg same =
        new Leg(caller, begun.callId, begun.localTag, begun.local, begun.remote, begun.target);
    same.remoteTag = begun.remoteTag;
    same.routes = begun.routes;
    same.cseq = 5;
    same.bye();
    other.net.runMs(100);

    assertThat(same.last("BYE").status()).isEqualTo(200);
    assertThat(other.backend(1).requests("BYE")).isEqualTo(1);
    other.assertEmpty();
    rig.house.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<sip:203.0.113.10:5060;lr>",
        "<sip:203.0.113.10;lr>",
        "<sip:203.0.113.10>",
        "<sip:203.0.113.10:5060;transport=udp;lr>",
        "\"Out\" <sip:203.0.113.10;lr>;x=y",
        "<sip:203.0.113.10;lr=on>, <sip:203.0.113.10:5060;transport=tcp;lr>"
      })
  void takesOffAPreloadedRouteThatNamesIt(String route) {
    Leg call = phone.invite("Route: " + route);
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(b1.last("INVITE").all("Route")).isEmpty();
    assertThat(b1.last("INVITE").uri()).isEqualTo("sip:bob@example.com");
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void refusesARouteBeyondUsOutsideADialog() {
    Leg call = phone.invite("Route: <sip:203.0.113.10;lr>, <sip:198.51.100.1;lr>");
    Leg other = phone.invite("Route: <sip:198.51.100.1;lr>");
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(403);
    assertThat(other.last("INVITE").status()).isEqualTo(403);
    assertThat(b1.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void repairsWhatAStrictRouterLeft() {
    Leg call = talking();
    String target = call.target;
    call.target = Seen.bracketed(call.routes.getFirst());
    call.routes = List.of("<" + target + ">");
    Leg raw = strictly(call, target);
    rig.net.runMs(100);

    assertThat(b1.last("INFO").uri()).isEqualTo(target);
    assertThat(b1.last("INFO").all("Route")).isEmpty();
    assertThat(raw.last("INFO").status()).isEqualTo(200);
    raw.target = target;
    raw.routes = List.of("<" + Seen.bracketed(b1.facing(call).routes.getFirst()) + ">");
    raw.bye();
    rig.assertEmpty();
  }

  // A phone that sends straight to Fairlead whatever its route set says.
  private Leg strictly(Leg call, String target) {
    phone.strict = true;
    call.send("INFO");
    phone.strict = false;
    assertThat(target).contains("10.0.0.1");
    return call;
  }

  @Test
  void givesAStrictNextHopTheFormItNeeds() {
    Leg call = talking();
    FakeBackend strict = new FakeBackend(rig.net, VirtualNet.at("198.51.100.7", 5060));
    call.routes =
        List.of(call.routes.getFirst(), "<sip:198.51.100.7:5060>", "<sip:198.51.100.8;lr>");
    assertThat(answerTo(call, "INFO")).isEqualTo(200);

    Seen seen = strict.last("INFO");
    assertThat(seen.uri()).isEqualTo("sip:198.51.100.7:5060");
    assertThat(seen.all("Route")).containsExactly("<sip:198.51.100.8;lr>", "<" + call.target + ">");
    call.routes = List.of(call.routes.getFirst());
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void repairsAndMakesStrictAtOnceInOneHeaderLine() {
    Leg call = talking();
    FakeBackend strict = new FakeBackend(rig.net, VirtualNet.at("198.51.100.7", 5060));
    String target = call.target;
    String ours = call.routes.getFirst();
    call.target = Seen.bracketed(ours);
    call.routes = List.of("<sip:198.51.100.7:5060>, <" + target + ">");
    strictly(call, target);
    rig.net.runMs(100);

    Seen seen = strict.last("INFO");
    assertThat(seen.uri()).isEqualTo("sip:198.51.100.7:5060");
    assertThat(seen.all("Route")).containsExactly("<" + target + ">");
    call.target = target;
    call.routes = List.of(ours);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void readsSeveralRoutesInOneLine() {
    Leg call = talking();
    FakeBackend beyond = new FakeBackend(rig.net, VirtualNet.at("198.51.100.7", 5060));
    String ours = call.routes.getFirst();
    call.routes = List.of(ours + " , <sip:198.51.100.7:5060;lr>,<sip:198.51.100.8;lr>");
    assertThat(answerTo(call, "INFO")).isEqualTo(200);

    assertThat(beyond.last("INFO").all("Route"))
        .containsExactly("<sip:198.51.100.7:5060;lr>", "<sip:198.51.100.8;lr>");
    call.routes = List.of(ours);
    call.bye();
    rig.assertEmpty();
  }
}
