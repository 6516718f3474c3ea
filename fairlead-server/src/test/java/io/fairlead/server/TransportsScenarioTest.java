// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.Responses;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls between every two transports and address families (RFC 3261 §16, RFC 5658, RFC 7118). */
class TransportsScenarioTest {
  private static final List<Transport> ALL =
      List.of(Transports.UDP, Transports.TCP, Transports.TLS, Transports.WS, Transports.WSS);
  private static final String V4 = "203.0.113.10";
  private static final String V6 = "2001:db8::10";

  /** The transport and family of the caller's side and of the backend's. */
  record Pair(Transport caller, boolean callerV6, Transport backend, boolean backendV6) {
    @Override
    public String toString() {
      return name(caller, callerV6) + " to " + name(backend, backendV6);
    }

    private static String name(Transport transport, boolean v6) {
      return transport.name() + (v6 ? "/IPv6" : "");
    }

    boolean sameListener() {
      return caller.equals(backend) && callerV6 == backendV6;
    }
  }

  static Stream<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (Transport caller : ALL) {
      for (Transport backend : ALL) {
        pairs.add(new Pair(caller, false, backend, false));
        pairs.add(new Pair(caller, true, backend, false));
        pairs.add(new Pair(caller, false, backend, true));
      }
    }
    return pairs.stream();
  }

  private static InetSocketAddress listener(Transport by, boolean v6) {
    return VirtualNet.at(v6 ? V6 : V4, by.defaultPort());
  }

  private static String place(InetSocketAddress at) {
    String host = Responses.textOf(at.getAddress());
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + at.getPort();
  }

  /** A house with ten listeners and one backend, and a caller. */
  private static final class Scene {
    final Pair pair;
    final ServerRig rig;
    final FakeBackend backend;
    final FakePhone phone;

    Scene(Pair pair) {
      this.pair = pair;
      InetSocketAddress at =
          VirtualNet.at(pair.backendV6 ? "2001:db8:1::1" : "10.0.0.7", pair.backend.defaultPort());
      StringBuilder yaml = new StringBuilder("listeners:\n");
      for (Transport each : ALL) {
        yaml.append("  - ").append(each.name()).append("://").append(place(listener(each, false)));
        yaml.append("\n  - '").append(each.name()).append("://");
        yaml.append(place(listener(each, true))).append("'\n");
      }
      yaml.append("pools:\n  farm:\n    health: off\n    backends: [ { name: b1, uri: 'sip:");
      yaml.append(place(at)).append(";transport=").append(pair.backend.name());
      yaml.append("' } ]\nroutes:\n  - { name: all, to: farm }\n");
      rig = ServerRig.of(1, 1, yaml.toString());
      backend = new FakeBackend(rig.net, at);
      backend.transport = pair.backend;
      phone =
          new FakePhone(
              rig.net,
              VirtualNet.at(pair.callerV6 ? "2001:db8:2::2" : "192.0.2.2", 5072),
              listener(pair.caller, pair.callerV6),
              pair.caller);
      if (pair.caller.viaToken().startsWith("WS")) {
        phone.contact = "x7k2.invalid";
        phone.viaAddress = "x7k2.invalid";
      }
    }

    Leg call() {
      Leg leg = phone.invite();
      rig.net.runMs(500);
      assertThat(leg.statuses("INVITE")).containsExactly(100, 180, 200);
      return leg;
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void writesEachSideItsOwnAddress(Pair pair) {
    Scene scene = new Scene(pair);
    Leg leg = scene.call();
    Seen invite = scene.backend.last("INVITE");

    assertThat(invite.first("Via"))
        .startsWith(
            "SIP/2.0/"
                + pair.backend.viaToken()
                + " "
                + place(listener(pair.backend, pair.backendV6)));
    assertThat(invite.all("Via")).hasSize(2);
    assertThat(leg.last("INVITE").all("Via")).hasSize(1);
    List<String> routes = invite.all("Record-Route");
    assertThat(routes).hasSize(pair.sameListener() ? 1 : 2);
    assertThat(routes.getFirst()).endsWith(uri(pair.backend, pair.backendV6));
    assertThat(routes.getLast()).endsWith(uri(pair.caller, pair.callerV6));
    assertThat(invite.first("Contact")).isEqualTo("<" + scene.phone.contactUri() + ">");
    assertThat(leg.last("INVITE").first("Contact"))
        .isEqualTo("<" + scene.backend.contactUri() + ">");
  }

  private static String uri(Transport by, boolean v6) {
    String parameter = by.equals(Transports.UDP) ? "" : ";transport=" + by.name();
    return "@" + place(listener(by, v6)) + parameter + ";lr>";
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void carriesACallThatTheCallerEnds(Pair pair) {
    Scene scene = new Scene(pair);
    Leg leg = scene.call();
    Leg far = scene.backend.facing(leg);

    leg.send("INVITE");
    scene.rig.net.runMs(500);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(far.methods()).containsExactly("INVITE", "ACK", "INVITE", "ACK");
    assertThat(far.request("INVITE").all("Record-Route").getLast())
        .endsWith(uri(pair.caller, pair.callerV6));
    leg.bye();
    scene.rig.net.runMs(500);
    assertThat(leg.statuses("BYE")).containsExactly(200);
    assertThat(far.request("BYE").all("Route")).isEmpty();
    assertThat(far.request("BYE").uri()).isEqualTo(scene.backend.contactUri());
    assertConnections(scene);
    scene.rig.settle();
    assertThat(scene.rig.house.calls()).isZero();
    assertThat(scene.rig.house.transactions()).isZero();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void carriesACallThatTheBackendEnds(Pair pair) {
    Scene scene = new Scene(pair);
    Leg leg = scene.call();
    Leg far = scene.backend.facing(leg);

    far.send("INVITE");
    scene.rig.net.runMs(500);
    assertThat(far.last("INVITE").status()).isEqualTo(200);
    assertThat(leg.methods()).containsExactly("INVITE", "ACK");
    assertThat(leg.request("INVITE").all("Record-Route").getFirst())
        .endsWith(uri(pair.caller, pair.callerV6));
    far.bye();
    scene.rig.net.runMs(500);
    assertThat(far.statuses("BYE")).containsExactly(200);
    assertThat(leg.request("BYE").all("Route")).isEmpty();
    assertThat(leg.request("BYE").uri()).isEqualTo(scene.phone.contactUri());
    assertThat(leg.request("BYE").first("Via"))
        .startsWith("SIP/2.0/" + pair.caller.viaToken() + " ");
    assertConnections(scene);
  }

  // The caller's only connection carried everything: nobody was asked to listen.
  private static void assertConnections(Scene scene) {
    assertThat(scene.phone.connections).hasSize(scene.pair.caller.reliable() ? 1 : 0);
    assertThat(scene.rig.net.connections(scene.phone.address.getAddress()))
        .isEqualTo(scene.phone.connections.size());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void cancels(Pair pair) {
    Scene scene = new Scene(pair);
    scene.backend.rings();
    Leg leg = scene.phone.invite();
    scene.rig.net.runMs(500);
    leg.cancel();
    scene.rig.net.runMs(500);

    assertThat(leg.statuses("INVITE")).containsExactly(100, 180, 487);
    assertThat(leg.statuses("CANCEL")).containsExactly(200);
    assertThat(scene.backend.requests("CANCEL")).isEqualTo(1);
    scene.rig.settle();
    assertThat(scene.rig.house.transactions()).isZero();
  }

  /** {@link Seen} asks every message for its length. */
  @ParameterizedTest
  @MethodSource("pairs")
  void addsTheLengthThatATransportAllowsToBeLeftOut(Pair pair) {
    Scene scene = new Scene(pair);
    scene.rig.net.leaveOutLengths();
    scene.backend.script =
        in -> in.answer(100).answerAfter(10, 180).answerAfter(700, 183).answerAfter(800, 200);
    Leg leg = scene.phone.leg("sip:bob@example.com");
    leg.body = "v=0\r\n";
    scene.phone.request(leg, "INVITE", leg.cseq);
    scene.rig.net.runMs(1000);
    assertThat(leg.statuses("INVITE")).containsExactly(100, 180, 183, 200);
    assertThat(scene.backend.last("INVITE").text()).endsWith("\r\n\r\nv=0\r\n");
    Leg far = scene.backend.facing(leg);
    far.body = leg.body;
    for (String method : List.of("INVITE", "INFO")) {
      leg.send(method);
      far.send(method);
      scene.rig.net.runMs(500);
      assertThat(leg.last(method).status()).isEqualTo(200);
      assertThat(far.last(method).status()).isEqualTo(200);
    }
    far.bye();
    Leg other = scene.phone.invite();
    scene.rig.net.runMs(200);
    other.cancel();
    scene.rig.net.runMs(500);
    assertThat(far.last("BYE").status()).isEqualTo(200);
    assertThat(other.last("INVITE").status()).isEqualTo(487);
    assertThat(scene.backend.requests("CANCEL")).isEqualTo(1);
    assertThat(scene.backend.copies("ACK")).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void opensANewConnectionToABackendThatHasClosedItsOwn(Pair pair) {
    Scene scene = new Scene(pair);
    Leg leg = scene.call();
    scene.rig.net.hangUp(scene.backend.address);
    leg.bye();
    scene.rig.net.runMs(500);

    assertThat(leg.statuses("BYE")).containsExactly(200);
  }

  private static Leg endedCall(ServerRig rig, Transport by, String contact) {
    rig.backend(1).transport = Transports.UDP;
    rig.backend(1).contact = contact;
    FakePhone phone =
        new FakePhone(
            rig.net, VirtualNet.at("192.0.2.2", 5072), VirtualNet.at(V4, by.defaultPort()), by);
    Leg leg = phone.invite();
    rig.net.runMs(500);
    leg.bye();
    rig.net.runMs(500);
    return leg;
  }

  private static ServerRig only(Transport by) {
    return ServerRig.of(
        1,
        1,
        "listeners: [ '%s://203.0.113.10:%d' ]\n".formatted(by.name(), by.defaultPort())
            + "pools: { farm: { health: off, backends: [ { name: b1, uri: 'sip:10.0.0.1:5060;"
            + "transport="
            + by.name()
            + "' } ] } }\nroutes:\n  - { name: all, to: farm }\n");
  }

  @Test
  void reachesABackendWhoseContactNamesATransportNobodySpeaks() {
    ServerRig rig = only(Transports.TCP);
    Leg leg = endedCall(rig, Transports.TCP, "10.0.0.1:5060");

    assertThat(leg.statuses("BYE")).containsExactly(200);
    assertThat(rig.backend(1).last("BYE").uri()).isEqualTo("sip:bob@10.0.0.1:5060");
  }

  @Test
  void reachesABackendWhoseContactIsNoAddress() {
    ServerRig rig = only(Transports.WS);
    Leg leg = endedCall(rig, Transports.WS, "b1.invalid");

    assertThat(leg.statuses("BYE")).containsExactly(200);
  }

  @Test
  void reachesABackendOfTheOtherFamily() {
    ServerRig rig = only(Transports.UDP);
    Leg leg = endedCall(rig, Transports.UDP, "[2001:db8:9::1]:5060");

    assertThat(leg.statuses("BYE")).containsExactly(200);
  }
}
