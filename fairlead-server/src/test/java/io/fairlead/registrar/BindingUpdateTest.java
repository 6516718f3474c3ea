// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.OffenceListener;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.BindingTable;
import io.fairlead.store.StoreSettings;
import io.fairlead.transaction.ReplyPath;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.CapturedOutboundFlows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BindingUpdateTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final AddressOfRecord ALICE = AddressOfRecord.of("alice@example.com");

  private final Meters meters = new Meters();
  private final BindingTable table =
      new BindingTable(
          new StoreSettings(2, Duration.ofSeconds(1)), 0, NOW, List.of(Runnable::run), meters);
  private final CapturedOutboundFlows wire = new CapturedOutboundFlows();
  private final BindingUpdate registration =
      new BindingUpdate(
          new RegistrarDependencies(
              new ManualLoop(),
              wire,
              new ReplyPath(wire),
              table,
              CookieKeys.of(List.of("a key for tests, long enough")),
              meters,
              () -> NOW,
              RandomGenerator.getDefault(),
              RegistrarObserver.NONE,
              Cluster.ALONE,
              (flow, request) -> {},
              OffenceListener.NONE),
          new RegistrarLog(meters, "phones"),
          10);

  private static SipRequest request(int cseq, String headers, String... contacts) {
    String text =
        "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
            + "From: <sip:alice@example.com>;tag=f\r\nTo: <sip:alice@example.com>\r\n"
            + "Call-ID: one\r\nCSeq: "
            + cseq
            + " REGISTER\r\n"
            + headers
            + "Contact: "
            + String.join(", ", contacts)
            + "\r\nContent-Length: 0\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return (SipRequest) Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  private static RegisterContactReader read(SipRequest request) {
    RegisterContactReader reader = new RegisterContactReader();
    assertThat(reader.read(request)).isNull();
    return reader;
  }

  private static BindingUpdate.Asked asked(SipRequest request) {
    return new BindingUpdate.Asked(
        CapturedFlow.udp("192.0.2.1", 5060), request, ALICE, Binding.NONE, true, 7, NOW);
  }

  private BindingUpdate.Outcome register(int cseq, String... contacts) {
    SipRequest request = request(cseq, "", contacts);
    RegisterContactReader reader = read(request);
    for (int i = 0; i < reader.count(); i++) {
      reader.get(i).granted = 300;
    }
    return registration.apply(asked(request), reader);
  }

  private List<String> held() {
    return table.of(ALICE, NOW).stream()
        .map(each -> new String(each.contact(), StandardCharsets.US_ASCII) + " q " + each.q())
        .toList();
  }

  private boolean renews(int cseq, String contact, String agent) {
    SipRequest request = request(cseq, "User-Agent: " + agent + "\r\n", contact);
    RegisterContactReader reader = read(request);
    reader.get(0).granted = 900;
    return registration.renew(asked(request), reader);
  }

  @Test
  void renewsInPlaceWhatSaysNothingNewOnly() {
    String one =
        "<sip:a@192.0.2.1;ob>;q=0.5;"
            + "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-00000000abcd>\"";
    assertThat(renews(1, one, "")).as("nothing is known").isFalse();
    assertThat(register(1, one)).isEqualTo(BindingUpdate.Outcome.CHANGED);
    assertThat(renews(2, one, "phone")).as("another agent").isFalse();
    assertThat(renews(2, one + ";reg-id=1", "")).as("another flow").isFalse();
    assertThat(renews(2, one.replace("q=0.5", "q=0.6"), "")).isFalse();
    assertThat(renews(2, one.replace("a@", "b@"), "")).isFalse();
    assertThat(renews(2, one.replace("abcd", "abce"), "")).isFalse();
    assertThat(renews(1, one, "")).as("the same again").isFalse();
    Binding before = table.of(ALICE, NOW).getFirst();

    assertThat(renews(300, one, "")).isTrue();

    Binding after = table.of(ALICE, NOW).getFirst();
    assertThat(after.renewal()).isEqualTo(new Binding.Renewal(7, 300, NOW, NOW + 900_000));
    assertThat(after.withId(1))
        .usingRecursiveComparison()
        .ignoringFields("renewal")
        .isEqualTo(before.withId(1));
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(renews(299, one, "")).as("older").isFalse();
    assertThat(register(301, one, "<sip:b@192.0.2.2>")).isEqualTo(BindingUpdate.Outcome.CHANGED);
    assertThat(renews(302, one, "")).as("one of two").isFalse();
  }

  @Test
  void changesNothingWhenTheTableIsFull() {
    assertThat(register(1, "<sip:a@192.0.2.1>")).isEqualTo(BindingUpdate.Outcome.CHANGED);
    assertThat(register(2, "<sip:a@192.0.2.1>;q=0.1", "<sip:b@192.0.2.2>", "<sip:c@192.0.2.3>"))
        .isEqualTo(BindingUpdate.Outcome.FULL);

    assertThat(held()).containsExactly("sip:a@192.0.2.1 q 1000");
    assertThat(register(2, "<sip:a@192.0.2.1>;q=0.1", "<sip:b@192.0.2.2>"))
        .as("the CSeq of what failed was not taken")
        .isEqualTo(BindingUpdate.Outcome.CHANGED);
    assertThat(held()).containsExactlyInAnyOrder("sip:a@192.0.2.1 q 100", "sip:b@192.0.2.2 q 1000");
  }
}
