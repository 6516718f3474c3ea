// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part of a request makes its key. */
class HashKeyTest {
  private static SipRequest request(String uri, String from, String to, String callId) {
    String text =
        "INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: %s;tag=1\r\nTo: %s\r\n"
                .formatted(uri, from, to)
            + "Call-ID: "
            + callId
            + "\r\nCSeq: 1 INVITE\r\nX-Room: blue\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipMessage message = new SipParser().parse(bytes, 0, bytes.length);
    assertThat(message).isInstanceOf(SipRequest.class);
    return (SipRequest) java.util.Objects.requireNonNull(message).keep();
  }

  private static Flow flow(String address) {
    return new Flow() {
      @Override
      public Listener listener() {
        throw new UnsupportedOperationException();
      }

      @Override
      public InetSocketAddress remote() {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 5060);
      }

      @Override
      public void send(byte[] bytes, int from, int to) {
        throw new UnsupportedOperationException();
      }

      @Override
      public boolean open() {
        return true;
      }
    };
  }

  private static final Flow FLOW = flow("192.0.2.1");
  private static final SipRequest PLAIN =
      request("sip:301@x", "<sip:alice@x>", "\"Bob\" <sip:bob@x>", "id-1");

  @ParameterizedTest
  @CsvSource({
    "call-id, sip:9@y, <sip:9@y>, <sip:9@y>, id-1",
    "from-user, sip:9@y, sip:al%69ce@y, <sip:9@y>, id-2",
    "to-user, sip:9@y, <sip:9@y>, <sip:bob@y>, id-2",
    "request-user, sip:301@y, <sip:9@y>, <sip:9@y>, id-2",
    "header:x-room, sip:9@y, <sip:9@y>, <sip:9@y>, id-2",
    "source-ip, sip:9@y, <sip:9@y>, <sip:9@y>, id-2",
  })
  void onlyThatPartCounts(String key, String uri, String from, String to, String callId) {
    HashKey hashKey = HashKey.parse(key);
    SipRequest other = request(uri, from, to, callId);
    assertThat(hashKey.of(other, FLOW)).isEqualTo(hashKey.of(PLAIN, FLOW));
    for (String part : new String[] {"call-id", "from-user", "to-user", "request-user"}) {
      if (!part.equals(key)) {
        HashKey differing = HashKey.parse(part);
        assertThat(differing.of(other, FLOW)).isNotEqualTo(differing.of(PLAIN, FLOW));
      }
    }
  }

  @Test
  void theSourceCountsForSourceIp() {
    HashKey key = HashKey.parse("source-ip");
    assertThat(key.of(PLAIN, flow("192.0.2.2"))).isNotEqualTo(key.of(PLAIN, FLOW));
  }

  @Test
  void takesTheCallIdWhereThePartIsMissing() {
    SipRequest bare = request("sip:x", "<sip:x>", "<sip:x>", "id-9");
    long callId = HashKey.CALL_ID.of(bare, FLOW);
    for (String key : new String[] {"from-user", "to-user", "request-user", "header:X-None"}) {
      assertThat(HashKey.parse(key).of(bare, FLOW)).isEqualTo(callId);
    }
  }

  @Test
  void theMixingIsTheSameInEveryProcess() {
    assertThat(HashKey.CALL_ID.of(PLAIN, FLOW)).isEqualTo(-996156673337785185L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "callid", "header:", "header:a b", "From-User"})
  void refusesOtherWords(String text) {
    assertThatThrownBy(() -> HashKey.parse(text)).hasMessageContaining("one of call-id");
  }
}
