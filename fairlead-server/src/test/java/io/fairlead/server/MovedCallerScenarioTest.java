// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A caller behind NAT whose port changes within a call: what the other side has accepted from the
 * new port moves the way back to it, and nothing else does.
 */
class MovedCallerScenarioTest {
  private static final InetSocketAddress BEFORE = VirtualNet.at("198.51.100.7", 20_001);
  private static final InetSocketAddress AFTER = VirtualNet.at("198.51.100.7", 20_002);

  private final ServerRig rig = ServerRig.serial();
  private final FakeBackend b1 = rig.backend(1);
  private final FakePhone phone = rig.phone();
  private final Leg call = connect();

  // Its NAT lets in what comes to the port it has now, and to no other.
  private Leg connect() {
    phone.contact = "192.168.1.5:5060";
    phone.viaAddress = phone.contact;
    phone.sendsFrom = BEFORE;
    rig.net.open(BEFORE, phone);
    Leg leg = phone.invite();
    rig.net.runMs(100);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    return leg;
  }

  private void natMoves() {
    rig.net.close(BEFORE);
    rig.net.open(AFTER, phone);
    phone.sendsFrom = AFTER;
  }

  private int byeFromBackend() {
    b1.facing(call).bye();
    rig.net.runMs(1000);
    return b1.facing(call).last("BYE").status();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "UPDATE", "INFO", "OPTIONS"})
  void isMetAtItsNewPortOnceTheBackendHasAcceptedARequestFromThere(String method) {
    natMoves();
    call.send(method);
    rig.net.runMs(100);
    assertThat(call.last(method).status()).isEqualTo(200);
    b1.facing(call).send("INVITE");
    rig.net.runMs(100);

    assertThat(byeFromBackend()).isEqualTo(200);
    assertThat(call.methods()).endsWith("INVITE", "ACK", "BYE");
    rig.assertEmpty();
  }

  @Test
  void isMetWhereItSpokeLastWhenItMovesTwice() {
    natMoves();
    call.send("INFO");
    rig.net.runMs(100);
    rig.net.close(AFTER);
    phone.sendsFrom = BEFORE;
    rig.net.open(BEFORE, phone);
    call.send("INFO");
    rig.net.runMs(100);

    assertThat(byeFromBackend()).isEqualTo(200);
    rig.assertEmpty();
  }

  @Test
  void isMetAtItsNewPlaceWhenItWasNotBehindNatBefore() {
    FakePhone open = rig.phone();
    Leg other = open.invite();
    rig.net.runMs(100);
    rig.net.close(open.address);
    open.contact = "192.168.1.5:5060";
    open.viaAddress = open.contact;
    open.sendsFrom = AFTER;
    rig.net.open(AFTER, open);
    other.send("INVITE");
    rig.net.runMs(100);
    b1.facing(other).target = "sip:alice@192.168.1.5:5060";
    b1.facing(other).bye();
    rig.net.runMs(100);

    assertThat(b1.facing(other).statuses("BYE")).containsExactly(200);
    assertThat(other.methods()).endsWith("BYE");
  }

  /** Of the port in the registration and the one a request came from the newer counts. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRegisteredOneIsMetWhereItWasSeenLast(boolean registersLast) {
    ServerRig known =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml("balance: priority")
                .replace(
                    "routes:\n",
                    """
                    registrars: { phones: { domains: [ example.org ], users: off } }
                    routes:
                      - { match: { method: REGISTER }, registrar: phones }
                    """));
    FakePhone alice = known.phone();
    alice.contact = "192.168.1.5:5060";
    alice.viaAddress = alice.contact;
    InetSocketAddress last = at(alice, known, 20_001, true);
    Leg leg = alice.invite();
    known.net.runMs(100);
    for (int port = 20_002; port < 20_006; port++) {
      known.net.close(last);
      boolean registers = (port == 20_005) == registersLast;
      last = at(alice, known, port, registers);
      if (!registers) {
        leg.send("INFO");
      }
      known.net.runMs(100);
    }
    known.backend(1).facing(leg).bye();
    known.net.runMs(100);

    assertThat(known.backend(1).facing(leg).last("BYE").status()).isEqualTo(200);
    assertThat(leg.methods()).endsWith("BYE");
  }

  private static InetSocketAddress at(
      FakePhone phone, ServerRig house, int port, boolean register) {
    InetSocketAddress source = VirtualNet.at("198.51.100.9", port);
    house.net.open(source, phone);
    phone.sendsFrom = source;
    if (register) {
      phone.register(phone.contactUri(), "");
    }
    return source;
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 481, 488, 500})
  void isNotMovedByWhatTheBackendRefuses(int status) {
    b1.inDialog = in -> in.answer(in.request.method().equals("INFO") ? status : 200);
    rig.net.open(AFTER, phone);
    phone.sendsFrom = AFTER;
    call.send("INFO");
    rig.net.runMs(100);
    assertThat(call.last("INFO").status()).isEqualTo(status);
    rig.net.close(AFTER);

    assertThat(byeFromBackend()).isEqualTo(200);
  }

  /** Who knows the Call-ID but not the tags, or has no cookie, or one that was changed. */
  @ParameterizedTest
  @CsvSource({"true, false, false", "false, true, false", "false, false, true"})
  void isNotMovedByAStranger(boolean otherTag, boolean noCookie, boolean changed) {
    FakePhone stranger = rig.phone();
    stranger.contact = "192.168.1.5:5060";
    stranger.viaAddress = stranger.contact;
    Leg forged =
        new Leg(
            stranger,
            call.callId,
            otherTag ? call.localTag + "x" : call.localTag,
            call.local,
            call.remote,
            call.target);
    forged.remoteTag = call.remoteTag;
    forged.cseq = 50;
    forged.routes = noCookie ? java.util.List.of() : call.routes;
    if (changed) {
      String first = call.routes.getFirst();
      int at = first.indexOf('@') - 3;
      char flipped = first.charAt(at) == 'A' ? 'B' : 'A';
      forged.routes = java.util.List.of(first.substring(0, at) + flipped + first.substring(at + 1));
    }
    stranger.strict = true;
    forged.send("INFO");
    rig.net.runMs(100);

    assertThat(byeFromBackend()).isEqualTo(200);
    assertThat(stranger.copies("BYE")).isZero();
    assertThat(call.methods()).endsWith("BYE");
  }

  @Test
  void theBackendIsNotMovedByTheWayItSends() {
    b1.facing(call).send("INFO");
    rig.net.runMs(100);
    b1.sendsFrom = VirtualNet.at("10.0.0.1", 33_333);
    b1.viaAddress = "10.0.0.9:5060";
    rig.net.open(VirtualNet.at("10.0.0.1", 33_333), b1);
    b1.facing(call).send("INFO");
    rig.net.runMs(100);
    rig.net.close(VirtualNet.at("10.0.0.1", 33_333));
    call.bye();
    rig.net.runMs(100);

    assertThat(call.statuses("BYE")).containsExactly(200);
  }
}
