// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipResponse;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What becomes of transactions whose messages cannot be delivered. */
class TransportErrorsTest {
  private final TransactionRig rig = new TransactionRig("udp");

  @Test
  void aResponseCutBeforeCSeqStillFindsItsTransaction() {
    rig.act("OPTIONS +3510");
    byte[] bytes = rig.flow.sent().getFirst().getBytes(StandardCharsets.UTF_8);
    int cut = rig.flow.sent().getFirst().indexOf("CSeq");
    rig.table.onUndeliverable(bytes, 0, cut, "refused");
    assertThat(rig.tells()).isEqualTo("request refused");
  }

  @Test
  void undeliverableBytesThatAreNotOursChangeNothing() {
    rig.act("INVITE start-OPTIONS");
    for (String text :
        new String[] {
          "",
          "x",
          "SIP/2.0 2",
          "SIP/2.0 200 OK\r\n",
          "SIP/2.0 200 OK\r\nVia: SIP/2.0/U",
          "BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-1\r\n",
          rig.request("BYE")
        }) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      rig.table.onUndeliverable(bytes, 0, bytes.length, "refused");
    }
    assertThat(rig.tells()).isEqualTo("request");
  }

  @Test
  void hearsOfAFailureWhileSendingOnlyAfterwards() {
    Flow refusing = new RefusingFlow();
    rig.startOptions();
    byte[] options = rig.flow.sent().getFirst().getBytes(StandardCharsets.UTF_8);
    rig.client().terminate();
    rig.client = rig.table.start(rig.client().branch(), refusing, options, 0, options.length, rig);
    assertThat(rig.tells()).isEmpty();
    assertThat(rig.client().waiting()).isTrue();
    rig.loop.runCommands();
    assertThat(rig.tells()).isEqualTo("refused");
    assertThat(rig.state()).isEqualTo("TERMINATED");
  }

  /** Says at once that it cannot deliver. */
  private final class RefusingFlow implements Flow {
    @Override
    public Listener listener() {
      return rig.flow.listener();
    }

    @Override
    public InetSocketAddress remote() {
      return rig.flow.remote();
    }

    @Override
    public void send(byte[] bytes, int from, int to) {
      rig.table.onUndeliverable(bytes, from, to, "refused");
    }

    @Override
    public boolean open() {
      return true;
    }
  }

  @Test
  void theEndOfAConnectionReachesOnlyThoseWhoWaitOnIt() {
    TransactionRig tcp = new TransactionRig("tcp");
    tcp.act(
        "start-INVITE start-OPTIONS start-INVITE 200 start-INVITE start-OPTIONS 100 start-OPTIONS"
            + " 200");
    CapturedFlow other = CapturedFlow.tcp("192.0.2.9", 40001);
    byte[] bytes = "MESSAGE sip:x SIP/2.0\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    tcp.table.start(tcp.table.newBranch(), other, bytes, 0, bytes.length, tcp);
    tcp.tells();
    tcp.act("closed");
    assertThat(tcp.tells()).isEqualTo("reset reset reset reset");
    tcp.act("closed");
    assertThat(tcp.tells()).isEmpty();
    tcp.table.onClosed(other, "gone");
    assertThat(tcp.tells()).isEqualTo("gone");
  }

  @Test
  void whoHearsOfTheEndMayStartAnewOnTheSameFlow() {
    TransactionRig tcp = new TransactionRig("tcp");
    byte[] bytes = "MESSAGE sip:x SIP/2.0\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    ResponseListener again =
        new ResponseListener() {
          @Override
          public void onResponse(ClientTransaction transaction, SipResponse response) {}

          @Override
          public void onDefect() {}

          @Override
          public void onTimeout(ClientTransaction transaction) {}

          @Override
          public void onTransportError(ClientTransaction transaction, String why) {
            tcp.table.start(tcp.table.newBranch(), tcp.flow, bytes, 0, bytes.length, tcp);
          }
        };
    tcp.table.start(tcp.table.newBranch(), tcp.flow, bytes, 0, bytes.length, again);
    tcp.act("closed");
    assertThat(tcp.table.clients()).isEqualTo(1);
    assertThat(tcp.tells()).isEmpty();
  }

  @Test
  void sendsAgainOverANewConnectionWhatTheOldOneLost() {
    TransactionRig tcp = new TransactionRig("tcp");
    tcp.act("INVITE 486");
    tcp.flow.close();
    byte[] lost = tcp.flow.sent().getFirst().getBytes(StandardCharsets.UTF_8);
    tcp.tells();
    tcp.table.onUndeliverable(lost, 0, lost.length, "reset");
    assertThat(tcp.wire.flows().getFirst().sent()).containsExactly(tcp.flow.sent().getFirst());
    assertThat(tcp.tells()).isEmpty();
    tcp.table.onUndeliverable(lost, 0, lost.length, "reset");
    assertThat(tcp.wire.flows()).hasSize(1);
    assertThat(tcp.wire.flows().getFirst().sent()).hasSize(1);
    assertThat(tcp.tells()).isEqualTo("reset");
  }
}
