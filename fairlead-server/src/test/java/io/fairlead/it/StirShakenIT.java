// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.identity.CertificateHost;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two Fairleads as processes: one signs, the other fetches the certificate and verifies. */
@Timeout(180)
class StirShakenIT {
  private static String config(InetSocketAddress listener, String block, String next) {
    return """
    listeners: [ 'udp://127.0.0.1:%d' ]
    guard: { stir-shaken: { %s } }
    pools: { next: { health: off, backends: [ 'sip:%s' ] } }
    routes: [ { name: all, to: next } ]
    """
        .formatted(listener.getPort(), block, next);
  }

  private static void invite(TextPeer caller, String id, String... more) {
    String[] lines = {
      "INVITE sip:+4930111@example.com SIP/2.0",
      "Via: " + caller.via(id),
      "Max-Forwards: 70",
      "From: <sip:+4930222@example.org>;tag=" + id,
      "To: <sip:+4930111@example.com>",
      "Call-ID: " + id + "@" + caller.local(),
      "CSeq: 1 INVITE",
      "Contact: <sip:" + caller.local() + ">"
    };
    String[] all = Arrays.copyOf(lines, lines.length + more.length);
    System.arraycopy(more, 0, all, lines.length, more.length);
    caller.send(all);
  }

  @Test
  void whatOneSignsTheOtherVerifies(@TempDir Path folder) throws Exception {
    InetSocketAddress signs = Loopback.free();
    InetSocketAddress verifies = Loopback.free();
    try (CertificateHost host = new CertificateHost(folder);
        TextPeer callee = new TextPeer(TestTransport.UDP, verifies);
        TextPeer caller = new TextPeer(TestTransport.UDP, signs);
        TextPeer stranger = new TextPeer(TestTransport.UDP, verifies);
        FairleadProcess signing =
            FairleadProcess.run(
                config(
                    signs,
                    host.sign(", pools: [ next ], otherwise: partial"),
                    Loopback.text(verifies)));
        FairleadProcess verifying =
            FairleadProcess.run(
                config(
                    verifies,
                    host.verify(", deadline: 10s, attestation-header: X-Attestation"),
                    callee.local()))) {
      invite(caller, "signed");
      String received = callee.receive();
      assertThat(received).startsWith("INVITE ");
      assertThat(TextPeer.header(received, "From"))
          .as("%s%s", signing.log(), verifying.log())
          .contains(";verstat=TN-Validation-Passed@");
      assertThat(TextPeer.header(received, "X-Attestation")).isEqualTo("B");
      assertThat(TextPeer.headers(received, "Identity")).hasSize(1);

      // One that somebody has changed.
      String identity = TextPeer.header(received, "Identity");
      int signature = identity.lastIndexOf('.', identity.indexOf(';')) + 1;
      char first = identity.charAt(signature) == 'A' ? 'B' : 'A';
      String changed = identity.substring(0, signature) + first + identity.substring(signature + 1);
      invite(stranger, "changed", "Identity: " + changed);
      String again = callee.receive();
      while (!again.contains("changed@")) {
        again = callee.receive();
      }
      assertThat(TextPeer.header(again, "From")).contains(";verstat=TN-Validation-Failed@");
      assertThat(signing.stop()).isZero();
      assertThat(verifying.stop()).isZero();
    }
  }
}
