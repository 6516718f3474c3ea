// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipProblem;
import io.fairlead.sip.StreamFramer;
import io.fairlead.transport.ListenerMeters.Drop;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * SIP on a stream: messages end by Content-Length (RFC 3261 §18.3), empty lines between them are
 * keep-alives (RFC 5626 §3.5.1). Between messages it holds no buffer at all: bytes are cut where
 * they lie, and only the beginning of an incomplete message is kept.
 *
 * <p>Owned by one loop.
 */
final class SipFraming implements Framing {
  private static final byte[] NOTHING = {};
  private static final byte[] PONG = {'\r', '\n'};
  private static final byte[] PING = {'\r', '\n', '\r', '\n'};
  private static final int SMALLEST = 1024;
  // The parser makes nothing of less.
  private static final int SHORTEST = 12;

  private final LayeredConnection carrier;
  private final StreamFramer framer;
  private byte[] kept = NOTHING;
  private int keptCount;
  private byte[] bytes = NOTHING;
  private boolean inKept;
  private int at;
  private int end;

  SipFraming(LayeredConnection carrier) {
    this.carrier = carrier;
    framer = new StreamFramer(carrier.settings().longestMessage());
  }

  @Override
  public void begin() {
    carrier.framed();
  }

  @Override
  public void received(byte[] arrived, int from, int to) {
    inKept = keptCount > 0;
    if (!inKept) {
      bytes = arrived;
      at = from;
      end = to;
    } else {
      at = 0;
      end = keptCount + to - from;
      if (end > kept.length) {
        kept = Arrays.copyOf(kept, Math.max(SMALLEST, Integer.highestOneBit(end - 1) << 1));
      }
      System.arraycopy(arrived, from, kept, keptCount, to - from);
      bytes = kept;
    }
    while (carrier.alive() && at < end && handle()) {}
    keepRest();
  }

  private boolean handle() {
    int from = at;
    StreamFramer.Frame frame = framer.next(bytes, from, end);
    int start = from + framer.start();
    at += framer.consumed();
    return switch (frame) {
      case MORE -> false;
      case MESSAGE -> {
        if (!isSip(bytes, start, at)) {
          yield broken(start, at, SipProblem.NOT_SIP, "not SIP");
        }
        carrier.message(bytes, start, at);
        yield true;
      }
      case PING -> {
        carrier.meters().dropped(Drop.KEEP_ALIVE);
        carrier.control(PONG, 0, PONG.length);
        yield true;
      }
      case PONG -> {
        carrier.pong();
        yield true;
      }
      case TOO_LONG -> broken(start, end, SipProblem.TOO_LARGE, "message too long");
      case BAD_LENGTH -> broken(start, end, SipProblem.BAD_LENGTH, "bad Content-Length");
      case NO_LENGTH -> broken(start, end, SipProblem.NO_LENGTH, "a body without Content-Length");
    };
  }

  // Nothing says where the next message begins: who asked is answered, and the connection ends.
  private boolean broken(int from, int to, SipProblem problem, String words) {
    carrier.broken(bytes, from, to, problem);
    carrier.meters().dropped(Drop.FRAMING);
    carrier.end(words);
    return false;
  }

  // The first line is that of a request or a response, good or bad. Where it is neither, as in
  // HTTP, nothing says where the next message begins.
  private static boolean isSip(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && Ascii.isToken(bytes[at])) {
      at++;
    }
    if (to - from < SHORTEST || at == to) {
      return false;
    }
    boolean response = sipSlash(bytes, from) && isTwo(bytes, from + 4);
    boolean request = bytes[at] == ' ' && at > from;
    for (int i = at; request && i + 3 < to && bytes[i] != '\n'; i++) {
      if (sipSlash(bytes, i)) {
        return true;
      }
    }
    return response;
  }

  private static boolean isTwo(byte[] bytes, int at) {
    return bytes[at] == '2' && bytes[at + 1] == '.' && bytes[at + 2] == '0' && bytes[at + 3] == ' ';
  }

  private static boolean sipSlash(byte[] bytes, int at) {
    return bytes[at + 3] == '/'
        && (bytes[at] | 0x20) == 's'
        && (bytes[at + 1] | 0x20) == 'i'
        && (bytes[at + 2] | 0x20) == 'p';
  }

  private void keepRest() {
    keptCount = end - at;
    if (keptCount == 0) {
      kept = NOTHING;
    } else if (inKept) {
      System.arraycopy(kept, at, kept, 0, keptCount);
    } else {
      kept = Arrays.copyOfRange(bytes, at, at + Math.max(SMALLEST, keptCount));
    }
    bytes = NOTHING;
  }

  @Override
  public boolean inMessage() {
    return framer.inMessage();
  }

  @Override
  public void frame(byte[] message, int from, int to, ByteBuffer out) {
    out.put(message, from, to - from);
  }

  @Override
  public void ping() {
    carrier.control(PING, 0, PING.length);
    carrier.pinged();
  }

  @Override
  public void bye() {}
}
