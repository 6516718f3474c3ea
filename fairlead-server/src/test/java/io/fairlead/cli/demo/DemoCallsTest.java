// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.PortUnreachableException;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The caller and the server of the demo, face to face. */
@Timeout(60)
class DemoCallsTest {
  private final CallTally tally = new CallTally();
  private DemoServer server;
  private DatagramSocket phone;

  @BeforeEach
  void start() throws IOException {
    server = new DemoServer("fs1", new SplittableRandom(1));
    phone = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
    phone.connect(server.address());
    phone.setSoTimeout(20_000);
  }

  @AfterEach
  void stop() {
    phone.close();
    server.close();
  }

  private static String callee(int number) {
    return "sip:" + number + "@example.com";
  }

  @Test
  void everyCallIsAnsweredAndEndedInOrder() throws Exception {
    try (DemoCaller caller =
        new DemoCaller(
            server.address(), tally, new SplittableRandom(2), 20, DemoCallsTest::callee)) {
      caller.start(50);
      await(() -> tally.total().answered() >= 20);
      caller.finish();
      await(() -> caller.living() == 0);
    }
    CallTally.Total total = tally.total();
    assertThat(total.answered()).isEqualTo(total.placed());
    assertThat(total.failed() + total.lost() + total.unfinished()).isZero();
    assertThat(total.p95Ms()).isBetween(total.p50Ms(), 60_000L);
    assertThat(tally.row("fs1").answered()).isEqualTo(total.answered());
    assertThat(tally.row("fs1").living()).isZero();
  }

  @Test
  void countsTheCallsOfAKilledServerAsLostAndNotAsFailed() throws Exception {
    try (DemoCaller caller =
        new DemoCaller(
            server.address(), tally, new SplittableRandom(2), 60_000, DemoCallsTest::callee)) {
      caller.start(1);
      await(() -> tally.row("fs1").living() == 1);
      server.kill();
      caller.killed("fs1");
      await(() -> tally.total().lost() > 0);
      server.revive();
      caller.revived("fs1");
      caller.finish();
      await(() -> caller.living() == 0);
    }
    assertThat(tally.total().failed()).isZero();
    assertThat(tally.total().unfinished()).isZero();
    assertThat(tally.row("fs1").lost()).isPositive();
  }

  @Test
  void countsARefusalAsFailed() throws Exception {
    try (DatagramSocket refusing = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        DemoCaller caller =
            new DemoCaller(
                new java.net.InetSocketAddress(
                    InetAddress.ofLiteral("127.0.0.1"), refusing.getLocalPort()),
                tally,
                new SplittableRandom(2),
                1000,
                DemoCallsTest::callee)) {
      caller.start(1);
      DatagramPacket packet = new DatagramPacket(new byte[4000], 4000);
      refusing.receive(packet);
      String invite = new String(packet.getData(), 0, packet.getLength(), US_ASCII);
      byte[] refusal =
          invite
              .substring(invite.indexOf("\r\n"))
              .replaceFirst("\\A", "SIP/2.0 503 Service Unavailable")
              .getBytes(US_ASCII);
      refusing.send(new DatagramPacket(refusal, refusal.length, packet.getSocketAddress()));
      await(() -> tally.total().failed() == 1);
    }
    assertThat(tally.total().reasons()).containsEntry("INVITE 503 Service Unavailable", 1L);
  }

  @Test
  void answersPingsAndRefusesWhatItDoesNotKnow() throws Exception {
    assertThat(ask("OPTIONS", "a")).startsWith("SIP/2.0 200 OK").contains("Server: fs1");
    assertThat(ask("BYE", "b")).startsWith("SIP/2.0 481 ");
    assertThat(ask("MESSAGE", "c")).startsWith("SIP/2.0 501 ");
  }

  @Test
  void ringsAndCopiesTheRecordRoute() throws Exception {
    assertThat(ask("INVITE", "d")).startsWith("SIP/2.0 100 ");
    assertThat(receive())
        .startsWith("SIP/2.0 180 ")
        .contains("Record-Route: <sip:127.0.0.9;lr>\r\n")
        .contains(";tag=fs1-");
    String ok = receive();
    assertThat(ok).startsWith("SIP/2.0 200 ").contains("Contact: <sip:fs1@127.0.0.1:");
    send("ACK", "d");
    assertThat(ask("BYE", "d")).startsWith("SIP/2.0 200 ");
  }

  @Test
  void endsARingingCallThatIsCancelled() throws Exception {
    ask("INVITE", "e");
    receive();
    send("CANCEL", "e");
    String first = receive();
    // The phone may have been answered in the same moment; then the cancel comes too late and
    // changes nothing.
    if (first.contains("CSeq: 1 CANCEL")) {
      assertThat(first).startsWith("SIP/2.0 200 ");
      assertThat(receive()).startsWith("SIP/2.0 487 ");
    } else {
      assertThat(first).startsWith("SIP/2.0 200 ");
    }
  }

  @Test
  void answersARepeatedInviteOnceMoreAndRingsOnce() throws Exception {
    ask("INVITE", "f");
    assertThat(receive()).startsWith("SIP/2.0 180 ");
    String again = ask("INVITE", "f");
    assertThat(again).matches("(?s)SIP/2.0 (180|200) .*");
  }

  @Test
  void refusesAtTheSocketWhileItIsKilledAndKnowsNothingAfterwards() throws Exception {
    ask("INVITE", "g");
    server.kill();
    assertThatThrownBy(
            () -> {
              while (true) {
                ask("OPTIONS", "h");
              }
            })
        .isInstanceOf(PortUnreachableException.class);
    server.revive();
    assertThat(ask("OPTIONS", "i")).startsWith("SIP/2.0 200 ");
    assertThat(ask("BYE", "g")).startsWith("SIP/2.0 481 ");
  }

  private String ask(String method, String id) throws IOException {
    send(method, id);
    String answer = receive();
    while (!answer.contains("Call-ID: " + id + "\r\n")) {
      answer = receive();
    }
    return answer;
  }

  private void send(String method, String id) throws IOException {
    String text =
        """
        %1$s sip:fs1@127.0.0.1 SIP/2.0
        Via: SIP/2.0/UDP 127.0.0.1:%3$d;branch=z9hG4bK-%2$s
        Record-Route: <sip:127.0.0.9;lr>
        Max-Forwards: 70
        From: <sip:a@127.0.0.1>;tag=1
        To: <sip:fs1@127.0.0.1>
        Call-ID: %2$s
        CSeq: 1 %1$s
        Content-Length: 0

        """
            .formatted(method, id, phone.getLocalPort())
            .replace("\n", "\r\n");
    byte[] bytes = text.getBytes(US_ASCII);
    phone.send(new DatagramPacket(bytes, bytes.length));
  }

  private String receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4000], 4000);
    phone.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
  }

  private static void await(BooleanSupplier reached) throws InterruptedException {
    while (!reached.getAsBoolean()) {
      Thread.sleep(2);
    }
  }
}
