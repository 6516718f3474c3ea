// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A house with a local registrar, and devices that register there. Owned by the test's thread. */
final class RegisterRig {
  static final AddressOfRecord ALICE = AddressOfRecord.of("alice@example.com");

  final ServerRig rig;

  RegisterRig(int loops, String... settings) {
    rig = ServerRig.of(7, loops, yaml(settings));
  }

  static String yaml(String... settings) {
    StringBuilder text =
        new StringBuilder(
            """
            listeners: [ "udp://203.0.113.10:5060", "tcp://203.0.113.10:5060" ]
            pools:
              farm:
                health: off
                backends:
                  - { name: b1, uri: "sip:10.0.0.1:5060" }
                  - { name: b2, uri: "sip:10.0.0.2:5060" }
                  - { name: b3, uri: "sip:10.0.0.3:5060" }
            routes:
              - { match: { method: REGISTER, to: '.*@example.(com|net)' }, registrar: phones }
              - { name: rest, to: farm }
            registrars:
              phones:
                domains: [ Example.com ]
                users: off
            """);
    for (String line : settings) {
      text.append("    ").append(line).append('\n');
    }
    return text.toString();
  }

  /** A device; what it sends has the Call-ID and CSeq it holds. */
  final class Device {
    final FakePhone phone;
    String callId;
    int cseq;
    String via;

    Device(Transport by) {
      phone = rig.phone(by);
      phone.strays = true;
      callId = phone.mint("reg");
      via = phone.viaAddress;
    }

    String contact() {
      return "<sip:alice@" + phone.contact + ">";
    }

    /** Registers with the next CSeq. */
    Seen register(String... headers) {
      cseq++;
      return again(headers);
    }

    /** Registers with the same CSeq as before. */
    Seen again(String... headers) {
      return send("sip:alice@example.com", headers);
    }

    Seen send(String to, String... headers) {
      StringBuilder text = new StringBuilder("REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/");
      text.append(phone.transport.viaToken()).append(' ').append(via);
      text.append(";rport;branch=z9hG4bK").append(phone.mint("b"));
      text.append("\r\nMax-Forwards: 70\r\nFrom: <").append(to).append(">;tag=f\r\nTo: <");
      text.append(to).append(">\r\nCall-ID: ").append(callId).append("\r\nCSeq: ");
      text.append(cseq).append(" REGISTER\r\n");
      for (String header : headers) {
        text.append(header).append("\r\n");
      }
      int before = phone.received.size();
      phone.raw(text.append("Content-Length: 0\r\n\r\n").toString());
      rig.net.runMs(50);
      List<Seen> answers = phone.received.subList(before, phone.received.size());
      if (answers.size() != 1) {
        throw new AssertionError("one answer expected, not " + answers + "\n" + text);
      }
      return answers.getFirst();
    }
  }

  Device device() {
    return new Device(CapturedFlow.UDP);
  }

  Device device(Transport by) {
    return new Device(by);
  }

  List<Binding> bindings() {
    return rig.bindings.of(ALICE, rig.clockMs());
  }

  /** The Contacts held, oldest first. */
  List<String> contacts() {
    List<String> contacts = new ArrayList<>();
    bindings().stream()
        .sorted(java.util.Comparator.comparingLong(Binding::id))
        .forEach(b -> contacts.add(new String(b.contact(), StandardCharsets.US_ASCII)));
    return contacts;
  }
}
