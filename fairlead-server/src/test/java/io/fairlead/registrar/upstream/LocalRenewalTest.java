// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Binding.Device;
import io.fairlead.store.Binding.Origin;
import io.fairlead.store.Binding.Renewal;
import io.fairlead.store.Binding.Upstream;
import io.fairlead.transport.CapturedFlow;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which REGISTERs are renewals that need not go upstream. */
class LocalRenewalTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long CALL_ID = 77;
  private static final AddressOfRecord AOR = AddressOfRecord.of("1001@farm.test");
  private static final String CONTACT = "sip:1001@192.168.77.5:40000;ob";

  private final CapturedFlow flow = CapturedFlow.udp("198.51.100.7", 10_001);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // what is special | Contact and other headers, ~ for a line break | Call-ID | CSeq | left s
        // | backend | verdict
        "the same again     | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1  | 77 | 9 | 900 | b1 |"
            + " ABSORBED",
        "a retransmission   | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1  | 77 | 8 | 900 | b1 |"
            + " ABSORBED",
        "just long enough   | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1  | 77 | 9 | 360 | b1 |"
            + " ABSORBED",
        "upstream is due    | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1  | 77 | 9 | 359 | b1 |"
            + " DUE",
        "the backend is gone| <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1  | 77 | 9 | 900 | b2 |"
            + " LOST",
        "CSeq goes back     | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1  | 77 | 7 | 900 | b1 |"
            + " MOVED",
        "another Call-ID    | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1  | 78 | 9 | 900 | b1 |"
            + " MOVED",
        "another q          | <C>;q=0.6;+sip.instance='<urn:x:1>';reg-id=1  | 77 | 9 | 900 | b1 |"
            + " CHANGED",
        "another instance   | <C>;q=0.5;+sip.instance='<urn:x:2>';reg-id=1  | 77 | 9 | 900 | b1 |"
            + " CHANGED",
        "no instance        | <C>;q=0.5;reg-id=1                            | 77 | 9 | 900 | b1 |"
            + " CHANGED",
        "another reg-id     | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=2  | 77 | 9 | 900 | b1 |"
            + " CHANGED",
        "another URI of it  | <sip:a@b>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1 | 77 | 9 | 900 |"
            + " b1 | CHANGED",
        "an unknown Contact | <sip:a@b>                                     | 77 | 9 | 900 | b1 |"
            + " FIRST",
        "one more Contact   | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1, <sip:a@b> | 77 | 9 |"
            + " 900 | b1 | FIRST",
        "another Path       | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1~Path: <sip:p;lr> | 77 |"
            + " 9 | 900 | b1 | CHANGED",
        "it removes         | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1;expires=0 | 77 | 9 | 900"
            + " | b1 | ASKED",
        "it removes by header| <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1~Expires: 0 | 77 | 9 |"
            + " 900 | b1 | ASKED",
        "it removes all     | *~Expires: 0                                  | 77 | 9 | 900 | b1 |"
            + " ASKED",
        "a broken second    | <C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1, <sip: | 77 | 9 | 900 |"
            + " b1 | CHANGED",
      })
  void decides(
      String what,
      String contact,
      long callId,
      int cseq,
      long leftSeconds,
      String backend,
      RegisterDecision expected) {
    LocalRenewal absorption =
        new LocalRenewal(
            (aor, name) -> name.equals("b1") ? RegisterDecision.ABSORBED : RegisterDecision.LOST,
            60_000,
            false);
    Binding binding = binding(new Upstream(backend, NOW + leftSeconds * 1000));
    SipRequest request = register(contact, cseq);

    assertThat(
            absorption.judge(
                new LocalRenewal.Asking(AOR, request, flow, callId, 300_000),
                List.of(binding),
                NOW))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "198.51.100.7, 10001, ABSORBED",
    "198.51.100.7, 10002, MOVED",
    "198.51.100.8, 10001, MOVED",
  })
  void trustsTheFlowOnly(String host, int port, RegisterDecision expected) {
    LocalRenewal absorption =
        new LocalRenewal((aor, name) -> RegisterDecision.ABSORBED, 60_000, false);
    SipRequest request = register("<C>;q=0.5;+sip.instance='<urn:x:1>';reg-id=1", 9);
    CapturedFlow other = CapturedFlow.udp(host, port);

    assertThat(
            absorption.judge(
                new LocalRenewal.Asking(AOR, request, other, CALL_ID, 300_000),
                List.of(binding(new Upstream("b1", NOW + 900_000))),
                NOW))
        .isEqualTo(expected);
  }

  private Binding binding(Upstream upstream) {
    return new Binding(
        1,
        CONTACT.getBytes(StandardCharsets.UTF_8),
        500,
        Binding.NONE,
        new Device("urn:x:1".getBytes(StandardCharsets.UTF_8), 1, ""),
        new Renewal(CALL_ID, 8, NOW - 1000, NOW + 200_000),
        new Origin(
            flow.listener().name(),
            "udp",
            new InetSocketAddress("198.51.100.7", 10_001),
            0,
            true,
            0),
        upstream);
  }

  private static SipRequest register(String contact, int cseq) {
    String text =
        "REGISTER sip:farm.test SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
            + "From: <sip:1001@farm.test>;tag=1\r\nTo: <sip:1001@farm.test>\r\nCall-ID: c\r\nCSeq: "
            + cseq
            + " REGISTER\r\nContact: "
            + contact.replace("<C>", "<" + CONTACT + ">").replace('\'', '"').replace("~", "\r\n")
            + "\r\nContent-Length: 0\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return (SipRequest)
        Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length)).keep();
  }
}
