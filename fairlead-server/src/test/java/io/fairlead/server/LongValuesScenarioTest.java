// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may choose the length of, as long as a message may be. */
class LongValuesScenarioTest {
  private static final String INVITE =
      """
      INVITE sip:{user}@example.com;x={param} SIP/2.0
      Via: SIP/2.0/TCP 192.0.2.1:5060;rport;branch=z9hG4bK{branch}
      Max-Forwards: 70
      From: "{display}" <sip:{caller}@example.org>;tag={tag}
      To: <sip:bob@example.com>
      Call-ID: {call-id}
      CSeq: 1 INVITE
      Contact: <sip:alice@192.0.2.1:5060;transport=tcp;x={contact}>
      X-Long: {header}
      {name}: 1
      Content-Length: 0

      """
          .replace("\n", "\r\n");
  private static final List<String> PLACES =
      List.of(
          "user", "param", "branch", "display", "caller", "tag", "call-id", "contact", "header",
          "name");

  private final ServerRig rig = ServerRig.of(1, 2, ServerRig.farmYaml("balance: hash"));

  @ParameterizedTest
  @ValueSource(ints = {127, 128, 200, 240, 250, 256, 257, 512, 1024, 5000, 30_000})
  void serveTheWholeCall(int length) {
    for (String place : PLACES) {
      FakePhone phone = rig.phone(CapturedFlow.TCP);
      phone.strays = true;
      String invite = filled(INVITE, Map.of(place, "v".repeat(length)), phone);
      phone.raw(invite);
      rig.net.runMs(200);
      Seen ok = phone.received.getLast();
      assertThat(ok.status()).as(place + " of " + length).isEqualTo(200);
      assertThat(rig.house.calls()).isEqualTo(1);

      phone.raw(inDialog(Seen.of(invite), ok, "ACK"));
      phone.raw(inDialog(Seen.of(invite), ok, "BYE"));
      rig.net.runMs(200);
      assertThat(phone.received.getLast().method()).as(place + " of " + length).isEqualTo("BYE");
      assertThat(phone.received.getLast().status()).as(place + " of " + length).isEqualTo(200);
      assertThat(rig.house.calls()).isZero();
    }
    rig.assertEmpty();
  }

  private static String filled(String text, Map<String, String> values, FakePhone phone) {
    String filled = text;
    for (String place : PLACES) {
      filled = filled.replace("{" + place + "}", values.getOrDefault(place, phone.mint("v")));
    }
    return filled;
  }

  private static String inDialog(Seen invite, Seen ok, String method) {
    List<String> lines = new ArrayList<>();
    lines.add(method + " " + Seen.bracketed(ok.first("Contact")) + " SIP/2.0");
    lines.add("Via: SIP/2.0/TCP 192.0.2.1:5060;rport;branch=" + invite.branch() + method);
    lines.add("Max-Forwards: 70");
    ok.all("Record-Route").reversed().forEach(route -> lines.add("Route: " + route));
    lines.add("From: " + invite.first("From"));
    lines.add("To: " + ok.first("To"));
    lines.add("Call-ID: " + invite.callId());
    lines.add("CSeq: " + (method.equals("ACK") ? 1 : 2) + " " + method);
    lines.add("Content-Length: 0");
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 250, 256, 512, 1024, 4000})
  void serveRegistrations(int length) {
    RegisterRig registrar = new RegisterRig(2, "max-contacts: 99");
    String value = "v".repeat(length);
    for (String headers :
        List.of(
            "Contact: <sip:" + value + "@192.0.2.1>",
            "Contact: <sip:a@192.0.2.1;x=" + value + ">",
            "Contact: <sip:a@192.0.2.2>;+sip.instance=\"<urn:" + value + ">\";reg-id=1",
            "Contact: <sip:a@192.0.2.3>\r\nPath: <sip:" + value + "@192.0.2.9;lr>",
            "User-Agent: " + value + "\r\nContact: <sip:a@192.0.2.4>")) {
      RegisterRig.Device device = registrar.device(CapturedFlow.TCP);
      device.callId = device.callId + value;
      Seen answer = device.register("Supported: gruu, path, outbound", headers);
      String line = answer.text().lines().findFirst().orElse("");
      assertThat(line).as(answer.text()).matches("SIP/2.0 (200 OK|400 [A-Z][a-z]+ Too Long)");
    }
    registrar.rig.assertEmpty();
  }
}
