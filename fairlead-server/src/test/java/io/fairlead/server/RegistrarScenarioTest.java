// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.Gruu;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.Binding;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The registrar as devices see it (RFC 3261 §10.3, RFC 3327, RFC 3608, RFC 5626, RFC 5627). */
class RegistrarScenarioTest {
  private static final String X = ";+sip.instance=\"<urn:uuid:x>\"";
  private static final String Y = ";+sip.instance=\"<urn:uuid:y>\"";

  private final RegisterRig rig = new RegisterRig(1, "expires: { spread: 0% }");
  private final RegisterRig.Device device = rig.device();

  private static String contact(String uri) {
    return "Contact: <" + uri + ">";
  }

  private static long expires(Seen answer) {
    return Long.parseLong(Seen.param(answer.first("Contact"), "expires"));
  }

  // ---- register, renew, list, expire ----

  @Test
  void answersWithTheBindingAndWhatRemainsOfIt() {
    Seen answer = device.register("Contact: " + device.contact(), "Expires: 600");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.first("Contact")).isEqualTo(device.contact() + ";expires=600");
    assertThat(answer.toTag()).hasSize(16);
    assertThat(answer.first("Date")).isEqualTo("Fri, 15 Jan 2027 08:00:01 GMT");
    assertThat(answer.first("Via")).contains(";rport=" + device.phone.address.getPort());
    rig.rig.net.run(Duration.ofSeconds(100));
    assertThat(expires(device.register())).isBetween(499L, 500L);
    assertThat(rig.rig.changes.lines)
        .containsExactly("alice@example.com registered sip:alice@" + device.phone.contact);
  }

  @Test
  void renewsInPlace() {
    device.register("Contact: " + device.contact());
    long id = rig.bindings().getFirst().id();
    rig.rig.net.run(Duration.ofSeconds(200));
    Seen answer = device.register("Contact: " + device.contact());

    assertThat(expires(answer)).isEqualTo(300);
    assertThat(rig.bindings()).extracting(Binding::id).containsExactly(id);
  }

  @Test
  void forgetsWhatExpired() {
    device.register("Contact: " + device.contact(), "Expires: 60");
    rig.rig.net.run(Duration.ofSeconds(61));

    assertThat(device.register().all("Contact")).isEmpty();
    assertThat(device.register("Contact: " + device.contact()).status()).isEqualTo(200);
    assertThat(rig.bindings()).hasSize(1);
  }

  @Test
  void removesWhatAsksForNoTime() {
    device.register("Contact: " + device.contact());
    rig.device().register("Contact: <sip:alice@192.0.2.99>");
    Seen answer = device.register("Contact: " + device.contact() + ";expires=0");

    assertThat(answer.all("Contact")).hasSize(1);
    assertThat(rig.contacts()).containsExactly("sip:alice@192.0.2.99");
    assertThat(device.register("Contact: " + device.contact(), "Expires: 0").status())
        .as("nothing is there to remove")
        .isEqualTo(200);
  }

  @Test
  void removesAllForAStar() {
    device.register("Contact: " + device.contact());
    rig.device().register("Contact: <sip:alice@192.0.2.99>");
    Seen answer = device.register("Contact: *", "Expires: 0");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.all("Contact")).isEmpty();
    assertThat(rig.contacts()).isEmpty();
    assertThat(rig.rig.changes.lines).filteredOn(line -> line.contains("removed")).hasSize(2);
  }

  @Test
  void answersARetransmissionFromTheTable() {
    Seen first = device.register("Contact: " + device.contact());
    Seen second = device.again("Contact: " + device.contact());

    assertThat(second.status()).isEqualTo(200);
    assertThat(second.toTag()).isEqualTo(first.toTag());
    assertThat(second.first("Contact")).isEqualTo(first.first("Contact"));
    assertThat(rig.rig.changes.lines).hasSize(1);
    assertThat(rig.rig.house.transactions()).isZero();
  }

  @Test
  void changesNothingWhenOnePartIsOld() {
    device.cseq = 9;
    device.register("Contact: <sip:alice@192.0.2.50>");
    device.cseq = 5;
    Seen answer =
        device.register("Contact: <sip:alice@192.0.2.51>", "Contact: <sip:alice@192.0.2.50>;q=0.1");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(rig.contacts()).containsExactly("sip:alice@192.0.2.50");
    assertThat(device.again("Contact: *", "Expires: 0").status()).isEqualTo(500);
    assertThat(rig.contacts()).hasSize(1);
  }

  @Test
  void takesAnotherCallIdWhateverItsCseq() {
    device.cseq = 9;
    device.register("Contact: <sip:alice@192.0.2.50>");
    device.callId = "after-a-restart";
    device.cseq = 0;

    assertThat(device.register("Contact: <sip:alice@192.0.2.50>").status()).isEqualTo(200);
    assertThat(rig.bindings()).hasSize(1);
  }

  // ---- how long ----

  @ParameterizedTest
  @CsvSource({
    "'',                       -,                    200, 300",
    "'',                       120,                  200, 120",
    ";expires=90,              120,                  200, 90",
    ";expires=59,              -,                    423, 0",
    "'',                       1,                    423, 0",
    ";expires=60,              -,                    200, 60",
    "'',                       86400,                200, 3600",
    ";expires=99999999999999999999999, -,            200, 3600",
    "'',                       4294967296,           200, 3600",
    ";expires=soon,            -,                    200, 3600",
    "'',                       -1,                   200, 3600",
  })
  void grants(String parameter, String header, int status, long granted) {
    Seen answer =
        header.equals("-")
            ? device.register("Contact: " + device.contact() + parameter)
            : device.register("Contact: " + device.contact() + parameter, "Expires: " + header);

    assertThat(answer.status()).isEqualTo(status);
    if (status == 200) {
      assertThat(expires(answer)).isEqualTo(granted);
    } else {
      assertThat(answer.first("Min-Expires")).isEqualTo("60");
      assertThat(rig.bindings()).isEmpty();
    }
  }

  @Test
  void spreadsWhatIsGrantedButNeverBelowTheShortest() {
    RegisterRig spread = new RegisterRig(1, "expires: { min: 90s, default: 100s, spread: 50% }");
    List<Long> granted = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RegisterRig.Device one = spread.device();
      granted.add(expires(one.send("sip:u" + i + "@example.com", "Contact: <sip:a@192.0.2.1>")));
    }
    assertThat(granted).allMatch(seconds -> seconds >= 90 && seconds <= 100);
    assertThat(granted.stream().distinct().count()).isGreaterThan(5);
  }

  // ---- refused ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Contact: *                              | 400",
        "Contact: * ; Expires: 10                | 400",
        "Contact: *, <sip:a@192.0.2.1> ; Expires: 0 | 400",
        "Contact: <sip:a@192.0.2.1> ; Contact: * ; Expires: 0 | 400",
        "Contact: <sip:a@192.0.2.1:99999>        | 400",
        "Contact: <sip:a@192.0.2.1>;q=2          | 400",
        "Require: path, foo ; Contact: <sip:a@192.0.2.1> | 420",
        "Require: path, gruu, outbound ; Contact: <sip:a@192.0.2.1> | 200",
        "Path: <sip:edge.example.net;lr> ; Contact: <sip:a@192.0.2.1> | 420",
        "Path: <sip:edge.example.net;lr> ; Supported: 100rel, path ; Contact: <sip:a@192.0.2.1> |"
            + " 200",
        "Path: nonsense ; Supported: path ; Contact: <sip:a@192.0.2.1> | 400",
        "Path: <sip:203.0.113.10;lr> ; Supported: path ; Contact: <sip:a@192.0.2.1> | 403",
        "Path: <sip:fl.AAAA@203.0.113.10:5060;lr> ; Supported: path ; Contact: <sip:a@192.0.2.1> |"
            + " 403",
        "Contact: <tel:+4930123456>              | 200",
      })
  void judges(String headers, int status) {
    Seen answer = device.register(headers.split(" ; "));

    assertThat(answer.status()).isEqualTo(status);
    assertThat(rig.bindings()).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void namesTheExtensionsItLacks() {
    assertThat(device.register("Require: foo, path", "Require: bar").first("Unsupported"))
        .isEqualTo("foo, bar");
  }

  @Test
  void refusesOtherDomains() {
    assertThat(device.send("sip:alice@example.net", "Contact: <sip:a@192.0.2.1>").status())
        .isEqualTo(404);
    assertThat(device.send("sip:ALICE@EXAMPLE.COM", "Contact: <sip:a@192.0.2.1>").status())
        .isEqualTo(200);
  }

  @Test
  void refusesOneMoreThanMaxContactsButRenewsTheRest() {
    RegisterRig few = new RegisterRig(1, "max-contacts: 2");
    RegisterRig.Device first = few.device();
    first.register("Contact: <sip:alice@192.0.2.1>");
    few.device().register("Contact: <sip:alice@192.0.2.2>");

    assertThat(few.device().register("Contact: <sip:alice@192.0.2.3>").status()).isEqualTo(403);
    assertThat(first.register("Contact: <sip:alice@192.0.2.1>").status()).isEqualTo(200);
    assertThat(few.contacts()).containsExactly("sip:alice@192.0.2.1", "sip:alice@192.0.2.2");
    assertThat(
            first
                .register("Contact: <sip:alice@192.0.2.1>;expires=0, <sip:alice@192.0.2.4>")
                .status())
        .isEqualTo(200);
  }

  @Test
  void boundsWhatItKeeps() {
    String path = "Path: <sip:" + "p".repeat(1100) + ".example.net;lr>";
    assertThat(device.register(path, "Supported: path", contact("sip:a@192.0.2.1")).status())
        .isEqualTo(400);
    assertThat(device.register(contact("sip:" + "a".repeat(600) + "@192.0.2.1")).status())
        .isEqualTo(400);
    String instance = ";+sip.instance=\"<urn:" + "i".repeat(200) + ">\"";
    assertThat(device.register(contact("sip:a@192.0.2.1") + instance).status()).isEqualTo(400);
    device.register(contact("sip:a@192.0.2.1"), "User-Agent: " + "u".repeat(500));
    assertThat(rig.bindings().getFirst().device().agent()).hasSize(64);
  }

  // ---- who is who ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // first Contact | second Contact | by the same Call-ID | bindings
        "<sip:alice@192.0.2.1>X | <sip:alice@192.0.2.2>X | false | 1",
        "<sip:alice@192.0.2.1>X | <sip:alice@192.0.2.1>Y | false | 2",
        "<sip:alice@192.0.2.1>X | <sip:alice@192.0.2.1>  | false | 1",
        "<sip:alice@192.0.2.1>  | <sip:alice@192.0.2.1>X | false | 1",
        "<sip:alice@192.0.2.1>  | <sip:alice@192.0.2.2>  | false | 2",
        "<sip:alice@192.0.2.1>  | <sip:alice@192.0.2.2>  | true  | 1",
        "<sip:alice@192.0.2.1>  | <sip:bob@192.0.2.2>    | true  | 2",
        "<sip:alice@192.0.2.1>X | <sip:alice@192.0.2.2>Y | true  | 2",
        "<sip:alice@192.0.2.1>X;reg-id=1 | <sip:alice@192.0.2.2>X;reg-id=1 | false | 1",
        "<sip:alice@192.0.2.1>X;reg-id=1 | <sip:alice@192.0.2.1>X;reg-id=2 | false | 2",
        "<sip:alice@192.0.2.1>X;reg-id=1 | <sip:alice@192.0.2.2>X | false | 1",
        "<sip:alice@192.0.2.1>  | <sip:%61lice@192.0.2.1;x=1>  | false | 1",
        "<sip:alice@192.0.2.1>  | <sip:alice@192.0.2.1;transport=tcp> | false | 2",
      })
  void tellsDevicesApart(String first, String second, boolean sameCall, int bindings) {
    RegisterRig.Device other = rig.device();
    if (sameCall) {
      other.callId = device.callId;
      other.cseq = 5;
    }
    device.register("Supported: outbound", "Contact: " + expand(first));
    Seen answer = other.register("Supported: outbound", "Contact: " + expand(second));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.all("Contact")).hasSize(bindings);
    assertThat(rig.bindings()).hasSize(bindings);
    assertThat(rig.contacts()).contains(Seen.bracketed(second));
  }

  private static String expand(String contact) {
    return contact.replace(">X", ">" + X).replace(">Y", ">" + Y);
  }

  @Test
  void keepsTwoContactsThatOneDeviceNamesTogether() {
    for (int i = 0; i < 2; i++) {
      device.register("Contact: <sip:alice@192.0.2.1>" + X, "Contact: <sip:alice@192.0.2.2>" + X);
      assertThat(rig.contacts()).containsExactly("sip:alice@192.0.2.1", "sip:alice@192.0.2.2");
    }
    device.register("Contact: <sip:alice@192.0.2.3>" + X);
    assertThat(rig.contacts()).containsExactly("sip:alice@192.0.2.3");
    assertThat(rig.rig.changes.lines).anyMatch(line -> line.contains("replaced"));
  }

  // ---- extensions ----

  @Test
  void aDeviceIsTheSameInUpperAndLowerCase() {
    String lower = ";+sip.instance=\"<urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128>\"";
    String upper = ";+sip.instance=\"<URN:UUID:0C67446E-F1A1-11D9-94D3-000A95A0E128>\"";
    device.register("Contact: <sip:alice@192.0.2.1>" + lower);
    device.register("Contact: <sip:alice@192.0.2.2>" + upper);
    assertThat(rig.contacts()).containsExactly("sip:alice@192.0.2.2");

    Seen answer = device.register("Contact: <sip:alice@192.0.2.3>" + lower);
    assertThat(rig.contacts()).containsExactly("sip:alice@192.0.2.3");
    assertThat(answer.first("Contact")).as("as it wrote it").contains(lower);
  }

  @Test
  void keepsPreferenceInstanceAndPath() {
    Seen answer =
        device.register(
            "Supported: path",
            "Path: <sip:edge2.example.net;lr>",
            "Path: <sip:edge1.example.net;lr;ob>",
            "Contact: <sip:alice@192.0.2.1>;q=0.25" + X);

    assertThat(answer.first("Contact")).contains(";q=0.250", X);
    assertThat(answer.all("Path"))
        .containsExactly("<sip:edge2.example.net;lr>", "<sip:edge1.example.net;lr;ob>");
    Binding binding = rig.bindings().getFirst();
    assertThat(new String(binding.path(), StandardCharsets.US_ASCII))
        .isEqualTo("<sip:edge2.example.net;lr>,<sip:edge1.example.net;lr;ob>");
    assertThat(binding.q()).isEqualTo(250);
    assertThat(new String(binding.device().instance(), StandardCharsets.US_ASCII))
        .isEqualTo("urn:uuid:x");
  }

  @Test
  void speaksOutboundWithTheFirstHop() {
    Seen answer =
        device.register(
            "Supported: path, outbound", "Contact: " + device.contact() + X + ";reg-id=3");

    assertThat(answer.first("Require")).isEqualTo("outbound");
    assertThat(answer.first("Flow-Timer")).isEqualTo("25");
    assertThat(answer.first("Contact")).contains(";reg-id=3");
    assertThat(rig.bindings().getFirst().device().regId()).isEqualTo(3);
  }

  @Test
  void refusesOutboundThatTheFirstHopLacks() {
    String[] all = {
      "Supported: path, outbound", "Contact: <sip:a@192.0.2.1>" + X + ";reg-id=1", ""
    };
    all[2] = "Path: <sip:edge.example.net;lr>";
    assertThat(device.register(all).status()).isEqualTo(439);
    all[2] = "Via: SIP/2.0/UDP 192.0.2.200;branch=z9hG4bKx";
    assertThat(device.register(all).status()).isEqualTo(439);
    all[2] = "Path: <sip:edge.example.net;lr;ob>";
    assertThat(device.register(all).status()).isEqualTo(200);
  }

  @Test
  void takesAPathOfItsOwnWhenItSealedIt() {
    SipWriter token = new SipWriter();
    new FlowToken(CookieKeys.of(ServerRig.KEYS))
        .write(
            token,
            Objects.requireNonNull(rig.rig.net.flowTo("udp", device.phone.address, null)),
            0);
    assertThat(
            device
                .register(
                    "Supported: path",
                    "Path: <sip:" + token + "@203.0.113.10:5060;lr>",
                    "Contact: <sip:alice@192.0.2.1>")
                .status())
        .isEqualTo(200);
  }

  @Test
  void givesUrisForTheDevice() {
    Seen plain = device.register("Contact: " + device.contact() + X);
    assertThat(plain.first("Contact")).doesNotContain("gruu");
    Seen answer = device.register("Supported: gruu", "Contact: " + device.contact() + X);

    String shown = answer.first("Contact");
    assertThat(shown).contains(";pub-gruu=\"sip:alice@example.com;gr=urn:uuid:x\"");
    String hidden = shown.split("temp-gruu=\"")[1].split("\"")[0];
    assertThat(hidden).startsWith("sip:tgr.").endsWith("@example.com;gr").doesNotContain("alice");
    SipUri uri = new SipUri();
    byte[] bytes = hidden.getBytes(StandardCharsets.US_ASCII);
    assertThat(uri.parse(bytes, 0, bytes.length)).isTrue();
    Gruu.Owner owner = Objects.requireNonNull(new Gruu(CookieKeys.of(ServerRig.KEYS)).read(uri));
    assertThat(owner.aor()).isEqualTo(RegisterRig.ALICE);
    assertThat(owner.instance()).isEqualTo("urn:uuid:x".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void tellsDevicesTheirServiceRouteWhenAskedTo() {
    assertThat(device.register().all("Service-Route")).isEmpty();
    RegisterRig routed = new RegisterRig(1, "service-route: true");
    assertThat(routed.device().register().first("Service-Route"))
        .isEqualTo("<sip:203.0.113.10:5060;lr>");
    assertThat(routed.device(CapturedFlow.TCP).register().first("Service-Route"))
        .isEqualTo("<sip:203.0.113.10:5060;transport=tcp;lr>");
  }

  // ---- the network ----

  @ParameterizedTest
  @CsvSource({
    "same,          same,                 false",
    "same,          sip:alice@10.0.0.7,   true",
    "same,          sip:alice@phone.lan,  false",
    "10.0.0.7:5060, same,                 true",
    "same-host,     same,                 true",
  })
  void seesNat(String via, String uri, boolean nat) {
    String own = device.phone.address.getAddress().getHostAddress();
    device.via = via.equals("same") ? device.via : via.equals("same-host") ? own + ":9999" : via;
    device.register(uri.equals("same") ? "Contact: " + device.contact() : contact(uri));

    Binding.Origin origin = rig.bindings().getFirst().origin();
    assertThat(origin.nat()).isEqualTo(nat);
    assertThat(origin.remote()).isEqualTo(device.phone.address);
    assertThat(origin.listener()).isEqualTo("udp:203.0.113.10:5060");
    assertThat(rig.contacts().getFirst())
        .isEqualTo(uri.equals("same") ? "sip:alice@" + device.phone.contact : uri);
  }

  @Test
  void meetsAllDevicesOfAUserOnOneLoop() {
    RegisterRig two = new RegisterRig(2, "expires: { spread: 0% }");
    for (int i = 0; i < 20; i++) {
      RegisterRig.Device one = two.device(i % 2 == 0 ? CapturedFlow.UDP : CapturedFlow.TCP);
      int known = two.bindings().size();
      assertThat(one.register("Contact: " + one.contact()).status())
          .isEqualTo(known < 10 ? 200 : 403);
    }
    assertThat(two.bindings()).hasSize(10);
  }

  @Test
  void popsItsOwnRouteAndLeavesOthersToTheProxy() {
    assertThat(device.register("Route: <sip:203.0.113.10;lr>").status()).isEqualTo(200);
    assertThat(device.register("Route: <sip:203.0.113.10;lr>, <sip:192.0.2.77;lr>").status())
        .isEqualTo(403);
  }

  @Test
  void leavesToTheProxyWhatNoRouteGivesIt() {
    rig.rig.backend(1).script = in -> in.answer(204);
    rig.rig.backend(2).script = in -> in.answer(204);
    rig.rig.backend(3).script = in -> in.answer(204);
    assertThat(device.send("sip:alice@example.org", "Contact: <sip:a@192.0.2.1>").status())
        .isEqualTo(204);
  }

  @Test
  void keepsBindingsOverAReload() {
    device.register("Contact: " + device.contact(), "Expires: 600");
    rig.rig.house.reload(ServerRig.plan(RegisterRig.yaml("expires: { max: 400s, spread: 0% }")));
    rig.rig.net.runMs(100);

    assertThat(expires(device.register())).isBetween(599L, 600L);
    assertThat(expires(device.register("Contact: " + device.contact(), "Expires: 600")))
        .isEqualTo(400);
  }
}
