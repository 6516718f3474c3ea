// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy must check before it forwards (RFC 3261 §16.3, RFC 5393). */
class RefusalScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  private String raw(String method, String uri, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + uri + " SIP/2.0\r\n");
    text.append("Via: SIP/2.0/UDP ")
        .append(phone.viaAddress)
        .append(";rport;branch=z9hG4bK")
        .append(phone.mint("r"));
    text.append(
        "\r\nFrom: <sip:alice@example.org>;tag=f1\r\nTo: <sip:bob@example.com>\r\nCall-ID: ");
    text.append(phone.mint("raw")).append("\r\nCSeq: 1 ").append(method).append("\r\n");
    text.append("Contact: <sip:alice@").append(phone.contact).append(">\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("Content-Length: 0\r\n\r\n").toString();
  }

  private Seen answer(String request) {
    phone.strays = true;
    phone.raw(request);
    rig.net.runMs(100);
    return phone.received.stream().filter(r -> r.status() != 100).toList().getLast();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVITE", "REGISTER", "MESSAGE", "DANCE"})
  void answers483WhenNoHopIsLeft(String method) {
    Leg leg = phone.begin(method, "Max-Forwards: 0");
    rig.net.runMs(100);
    assertThat(leg.last(method).status()).isEqualTo(483);
    assertThat(b1.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void countsMaxForwardsDownAndAddsAMissingOne() {
    phone.begin("MESSAGE", "Max-Forwards: 11");
    phone.begin("MESSAGE", "No-Max-Forwards");
    rig.net.runMs(100);

    assertThat(b1.received.get(0).all("Max-Forwards")).containsExactly("10");
    assertThat(b1.received.get(1).all("Max-Forwards")).containsExactly("70");
    rig.assertEmpty();
  }

  @Test
  void answers420AndNamesEveryExtensionAskedOfIt() {
    Leg leg = phone.invite("Proxy-Require: sec-agree, foo", "Proxy-Require: bar");
    rig.net.runMs(100);

    assertThat(leg.last("INVITE").status()).isEqualTo(420);
    assertThat(leg.last("INVITE").all("Unsupported").toString())
        .contains("sec-agree", "foo", "bar");
    assertThat(b1.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void looksNotAtProxyRequireOfAckAndCancel() {
    Leg call = phone.invite();
    call.inAck = new String[] {"Proxy-Require: foo"};
    rig.net.runMs(100);
    assertThat(b1.copies("ACK")).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void answers416ToASchemeItDoesNotKnow() {
    assertThat(answer(raw("INVITE", "tel:+358-555-1234567", "Max-Forwards: 70")).status())
        .isEqualTo(416);
    assertThat(
            answer(raw("INVITE", "nobodyKnowsThisScheme:totallyopaquecontent", "Max-Forwards: 70"))
                .status())
        .isEqualTo(416);
    assertThat(b1.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void answers400AndNamesTheHeader() {
    Seen answer = answer(raw("INVITE", "sip:bob@example.com", "Max-Forwards: many"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text())
        .startsWith("SIP/2.0 400 ")
        .containsPattern("400 .*Max-Forwards.*\r\n");
    assertThat(b1.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void neverAnswersAnAck() {
    phone.raw(raw("ACK", "sip:bob@example.com", "Max-Forwards: 0"));
    phone.raw(raw("ACK", "tel:123", "Max-Forwards: 70"));
    phone.raw(raw("ACK", "sip:bob@example.com", "Max-Forwards: 70", "Proxy-Require: foo"));
    phone.raw(raw("ACK", "sip:bob@example.com", "Max-Forwards: 70").replace("CSeq: 1", "CSeq: x"));
    phone.raw(
        raw("ACK", "sip:bob@example.com", "Max-Forwards: 70")
            .replace("bob@example.com>", "bob@example.com>;tag=x"));
    rig.net.runMs(1000);
    assertThat(phone.received).isEmpty();
    assertThat(b1.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void answers482ToARequestThatComesBackUnchanged() {
    b1.script = in -> comesBack(in, in.request.uri());
    Leg call = phone.invite();
    rig.net.runMs(200);

    assertThat(call.last("INVITE").status()).isEqualTo(482);
    assertThat(b1.copies("INVITE")).isEqualTo(1);
    assertThat(rig.logs().toString()).contains("status=482");
    rig.assertEmpty();
  }

  @Test
  void letsASpiralPass() {
    b1.script =
        in -> {
          if (in.request.uri().contains("bob")) {
            comesBack(in, "sip:carol@example.com");
          } else {
            in.answer(486);
          }
        };
    Leg call = phone.invite();
    rig.net.runMs(200);

    assertThat(b1.copies("INVITE")).isEqualTo(2);
    assertThat(call.last("INVITE").status()).isEqualTo(486);
    rig.assertEmpty();
  }

  // The backend acts as a proxy: its Via on top, and back to Fairlead; the answer goes the same
  // way.
  private void comesBack(Incoming in, String uri) {
    String via =
        "Via: SIP/2.0/UDP 10.0.0.7:5060;rport;branch=z9hG4bKspiral" + in.request.cseq() + "\r\n";
    rig.net.open(
        VirtualNet.at("10.0.0.7", 5060),
        (link, text) -> {
          Seen back = Seen.of(text);
          if (back.status() >= 200) {
            link.send(
                "ACK "
                    + uri
                    + " SIP/2.0\r\n"
                    + via
                    + "Max-Forwards: 60\r\nFrom: "
                    + back.first("From")
                    + "\r\nTo: "
                    + back.first("To")
                    + "\r\nCall-ID: "
                    + back.callId()
                    + "\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n");
            in.answer(back.status());
          }
        });
    String text = in.request.text().replaceFirst(" \\S+ SIP", " " + uri + " SIP");
    text = text.replaceFirst("Via: ", via + "Via: ").replaceAll("Record-Route: [^\r]*\r\n", "");
    rig.net.udp(VirtualNet.at("10.0.0.7", 5060), rig.net.listeners().getFirst()).send(text);
  }

  @Test
  void answersOptionsToItself() {
    Seen answer = answer(raw("OPTIONS", "sip:203.0.113.10", "Max-Forwards: 0"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.first("Allow")).contains("INVITE");
    assertThat(b1.received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void answers404WhenNoRouteMatches() {
    String yaml =
        ServerRig.farmYaml("balance: priority")
            .replace("{ name: all, to: farm }", "{ match: { user: carol }, to: farm }");
    ServerRig strict = ServerRig.of(1, 1, yaml);
    Leg call = strict.phone().invite();
    strict.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(404);
    assertThat(strict.log()).contains("status=404 flag=NR");
    strict.assertEmpty();
  }
}
