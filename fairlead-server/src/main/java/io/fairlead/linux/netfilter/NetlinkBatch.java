// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux.netfilter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Messages to nf_tables that are done together or not at all, and questions whose answer has many
 * parts. Owned by one thread.
 */
public final class NetlinkBatch {
  /** Who reads what the kernel tells beside success and failure. */
  public interface Told {
    /**
     * A message.
     *
     * @param type of nf_tables, without the subsystem
     * @param attributes from position to limit; valid until the method returns
     */
    void message(int type, ByteBuffer attributes);
  }

  /** The number of an error of the batch as a whole. */
  static final int WHOLE = 0;

  /** NFPROTO_INET: one table for both versions of IP. */
  static final int INET = 1;

  private static final int SUBSYSTEM = 10;
  private static final int BEGIN = 16;
  private static final int END = 17;
  private static final int ERROR = 2;
  private static final int DONE = 3;
  private static final int NETLINK_HEADER = 16;
  // A message is far shorter; the end of the batch must fit as well.
  private static final int ROOM = 4096;
  private static final int EIO = 5;

  private final NetlinkSocket socket;
  private final NetlinkWriter out;
  private int sequence;
  private int first;

  public NetlinkBatch(NetlinkSocket socket) {
    this.socket = socket;
    out = new NetlinkWriter(socket.out());
  }

  /** The number of an error of the batch as a whole. */
  public static int whole() {
    return WHOLE;
  }

  /** Where messages are written. */
  public NetlinkWriter out() {
    return out;
  }

  /** Begins a batch. */
  public void begin() {
    out.clear();
    first = next();
    out.begin(BEGIN, 0, first, 0, SUBSYSTEM).end();
  }

  /** Begins a message in it; whoever begins it ends it. */
  public NetlinkWriter message(int type, int flags) {
    return out.begin(SUBSYSTEM << 8 | type, flags, next(), INET, 0);
  }

  /** The number of the message begun last; failures are told by it. */
  public int sequence() {
    return sequence;
  }

  /** True when the batch must be committed before more is written. */
  public boolean full() {
    return out.length() > socket.out().capacity() - ROOM;
  }

  private int next() {
    // 0 is for the batch as a whole.
    sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1;
    return sequence;
  }

  /**
   * Has it all done, or nothing.
   *
   * @param told is given what messages with ECHO brought about
   * @return the errors (errno) by message, {@link #WHOLE} for the batch; empty when all is done
   */
  public Map<Integer, Integer> commit(Told told) {
    Map<Integer, Integer> failures = new TreeMap<>();
    int last = sequence;
    out.acknowledge();
    out.begin(END, 0, next(), 0, SUBSYSTEM).end();
    boolean known = false;
    try {
      socket.send(out.length());
      for (ByteBuffer in = socket.receive(); in.hasRemaining(); in = socket.receive()) {
        known |= read(in, last, failures, told);
      }
    } catch (IOException e) {
      // What is not known to be done counts as failed, but for the acknowledgement that came.
      if (!known) {
        failures.put(WHOLE, EIO);
      }
      return failures;
    }
    if (!known && failures.isEmpty()) {
      failures.put(WHOLE, EIO);
    }
    return failures;
  }

  /**
   * Asks a question that was written after {@link #ask} began it.
   *
   * @throws IOException when the answer is not whole
   */
  public void answers(Told told) throws IOException {
    socket.send(out.length());
    Map<Integer, Integer> failures = new TreeMap<>();
    boolean done = false;
    while (!done) {
      ByteBuffer in = socket.receive();
      if (!in.hasRemaining()) {
        throw new IOException("netlink gave half an answer");
      }
      done = read(in, sequence, failures, told);
      if (!failures.isEmpty()) {
        throw new IOException("netlink refused a question: error " + failures.values());
      }
    }
  }

  /** Begins a question; whoever begins it ends it. */
  public NetlinkWriter ask(int type) {
    out.clear();
    return message(type, NetlinkWriter.DUMP);
  }

  /** True when that was the acknowledgement of the last message, or the end of an answer. */
  private boolean read(ByteBuffer in, int last, Map<Integer, Integer> failures, Told told) {
    boolean end = false;
    int limit = in.limit();
    while (in.remaining() >= NETLINK_HEADER) {
      int at = in.position();
      int length = in.getInt(at);
      int type = in.getShort(at + 4) & 0xffff;
      int number = in.getInt(at + 8);
      if (length < NETLINK_HEADER || length > limit - at) {
        return end;
      }
      if (type == ERROR) {
        int error = -in.getInt(at + NETLINK_HEADER);
        end |= error == 0 && number == last;
        if (error != 0) {
          failures.put(number == first ? WHOLE : number, error);
        }
      } else if (type == DONE) {
        end = true;
      } else if (type >> 8 == SUBSYSTEM && length >= NetlinkWriter.HEADER) {
        in.position(at + NetlinkWriter.HEADER).limit(at + length);
        told.message(type & 0xff, in);
        in.limit(limit);
      }
      in.position(Math.min(limit, at + (length + 3 & ~3)));
    }
    return end;
  }
}
