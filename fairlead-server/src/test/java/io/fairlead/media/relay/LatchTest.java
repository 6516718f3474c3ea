// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.relay.Latch.State;
import io.fairlead.media.relay.Latch.Verdict;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each row is a story. Words: {@code d=X} a description that names X ({@code -} for none), {@code
 * m=X} one that has moved, {@code X} a good packet of X, {@code x1} one of X with SSRC 1 that
 * follows nothing, {@code X!} one with a payload type nobody negotiated, {@code +3} three seconds
 * pass. {@code X?} what agrees on keys. S is the signalled address, O one of our own. Behind each
 * packet its verdict: k known, l learned, f former, - stranger.
 */
class LatchTest {
  private static final long SECOND = 1_000_000_000L;
  private static final InetAddress RELAY = InetAddress.ofLiteral("192.0.2.1");
  private static final SelfSendGuard OURS =
      new SelfSendGuard(
          List.of(new RelayNetwork("n", RELAY, RELAY, new PortRange(30_000, 30_999))));

  private final MemorySegment memory = Arena.ofAuto().allocate(128, 8);
  private final Packet packet = new Packet();
  private final Clock clock = new Clock(3 * SECOND, OURS, SECOND);
  private final Latch latch = new Latch();
  private int sequence;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a public peer as it says, d=S S:l S:k, CONFIRMED, S",
    "an address in the description is sent to before it spoke, d=S, SIGNALLED, S",
    "behind NAT: the first valid packet teaches, d=- A:l A:k B:-, LATCHED, A",
    "nothing is known, d=-, UNKNOWN, -",
    "a payload type of nobody teaches nothing, d=- A!:- A:l, LATCHED, A",
    "but passes from the known source, d=- A:l A!:k, LATCHED, A",
    "elsewhere than described, d=S A:l A:k, LATCHED, A",
    "the described address comes first, d=S A:l S:l A:- S:k, CONFIRMED, S",
    "a stranger while the known one speaks, d=S S:l B:- B:- +1 S:k +2 B:- B:- S:k, CONFIRMED, S",
    "who was silent is followed by a stream, d=S S:l +3 B:- B:l B:k, LATCHED, B",
    "not by one packet, d=S S:l +3 B:- S:k B:- B:-, CONFIRMED, S",
    "nor by packets of two, d=S S:l +3 A:- B:- A:- B:-, CONFIRMED, S",
    "nor by ones that do not follow each other, d=S S:l +3 b1:- b2:- b3:-, CONFIRMED, S",
    "nor by unknown payload types, d=S S:l +3 B!:- B!:-, CONFIRMED, S",
    "the described one comes back at once, d=S S:l +3 B:- B:l S:l B:-, CONFIRMED, S",
    "a NAT gives another port, d=- A:l +3 B:- B:l A:-, LATCHED, B",
    "an offer that moves, d=S S:l m=T T:l S:-, CONFIRMED, T",
    "until it has moved the old one passes, d=S S:l m=T S:f S:f T:l, CONFIRMED, T",
    "a NAT and an offer that moves, d=- A:l m=- A:f A:f B:l A:-, LATCHED, B",
    "who only says so is sent to where he was, d=- A:l m=- A:f, UNKNOWN, A",
    "a new description that has not moved teaches nothing, d=S A:l d=S B:- A:k, LATCHED, A",
    "who agrees on keys is answered and no more, d=- A?k B?- A?k, UNKNOWN, -",
    "RTP says who is there, d=- A?k B:l A?- B?k, LATCHED, B",
    "the described one agrees before a stranger, d=S A?k S?k A?-, SIGNALLED, S",
    "a stranger that is silent is followed, d=- A?k +3 B?k A?-, UNKNOWN, -",
    "our own address agrees on nothing, d=- O?- A?k, UNKNOWN, -",
    "a flood of strangers learns nothing, d=S S:l +3 A:- B:- C:- D:- E:- F:- A:- B:-, CONFIRMED, S",
    "our own address teaches nothing, d=- O:- O:- A:l, LATCHED, A",
  })
  void learnsWhereASideIs(String name, String story, State state, String destination) {
    for (String word : story.split(" ")) {
      play(word);
    }
    assertThat(latch.state()).isEqualTo(state);
    assertThat(latch.destination()).isEqualTo(endpoint(destination.charAt(0)));
  }

  private void play(String word) {
    if (word.startsWith("+")) {
      clock.set(clock.nowNs() + Integer.parseInt(word.substring(1)) * SECOND);
    } else if (word.charAt(1) == '=') {
      latch.described(endpoint(word.charAt(2)), word.charAt(0) == 'm');
    } else {
      boolean loose = Character.isLowerCase(word.charAt(0));
      write(Character.toUpperCase(word.charAt(0)), loose ? word.charAt(1) - '0' : 7);
      if (word.charAt(1) == '?') {
        assertThat(latch.negotiates(memory, 0, clock)).as(word).isEqualTo(word.charAt(2) == 'k');
        if (word.charAt(2) == 'k') {
          assertThat(latch.negotiator()).as(word).isEqualTo(endpoint(word.charAt(0)));
        }
        return;
      }
      Verdict verdict = latch.judge(memory, 0, word.charAt(1) != '!', packet, clock);
      assertThat(verdict).as(word).isEqualTo(expected(word.charAt(word.length() - 1)));
    }
  }

  private static Verdict expected(char letter) {
    return switch (letter) {
      case 'k' -> Verdict.KNOWN;
      case 'l' -> Verdict.LEARNED;
      case 'f' -> Verdict.FORMER;
      default -> Verdict.STRANGER;
    };
  }

  private void write(char who, int ssrc) {
    Endpoint from = endpoint(who);
    if (from != null) {
      from.write(memory, 0);
    }
    memory.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 66, (short) sequence++);
    memory.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 72, ssrc);
    packet.read(memory, 64);
  }

  private static @Nullable Endpoint endpoint(char who) {
    return switch (who) {
      case '-' -> null;
      case 'O' -> Endpoint.of(new InetSocketAddress(RELAY, 30_006));
      case 'T' -> Endpoint.of(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 4000));
      default ->
          Endpoint.of(
              new InetSocketAddress(InetAddress.ofLiteral("198.51.100." + (int) who), 4000));
    };
  }
}
