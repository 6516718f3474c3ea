// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.relay.RelayMeters.Drop;
import io.fairlead.media.srtp.SrtpFailure;
import io.fairlead.media.srtp.SrtpReceiver;
import io.fairlead.media.srtp.SrtpSender;
import io.fairlead.media.srtp.SrtpSession;
import io.fairlead.media.srtp.SrtpWorkspace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * SRTP of the packets of one media loop. The JDK's ciphers want arrays, so a packet is copied to
 * one and back.
 *
 * <p>Owned by one media loop.
 */
final class PacketCrypto {
  private final int largest;
  private final SrtpWorkspace space;
  private MemorySegment memory = MemorySegment.NULL;
  private Drop why = Drop.INVALID;

  /**
   * For packets up to that length.
   *
   * @param largest in bytes, when it is encrypted
   */
  PacketCrypto(int largest) {
    this.largest = largest;
    this.space = new SrtpWorkspace(largest);
  }

  /** Where packets stand. */
  void memory(MemorySegment where) {
    memory = where;
  }

  /** Why the last packet was not decrypted or encrypted. */
  Drop why() {
    return why;
  }

  /**
   * Decrypts what one side has sent, where it stands.
   *
   * @return the new length; -1 when {@link #why} says why not
   */
  int open(SrtpSession session, boolean rtcp, long at, int length) {
    SrtpReceiver receiver = session.receiver();
    take(at, length);
    int opened = rtcp ? receiver.rtcp(space, length) : receiver.rtp(space, length);
    return opened < 0 ? fail(receiver.failure()) : put(at, opened);
  }

  /** Encrypts what is to go to one side, where it stands; as {@link #open}. */
  int seal(SrtpSession session, boolean rtcp, long at, int length) {
    SrtpSender sender = session.sender();
    take(at, length);
    int sealed = rtcp ? sender.rtcp(space, length) : sender.rtp(space, length);
    if (sealed < 0) {
      return fail(sender.failure());
    }
    if (sealed > largest) {
      why = Drop.LONG;
      return -1;
    }
    return put(at, sealed);
  }

  private void take(long at, int length) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, space.packet(), 0, length);
  }

  private int put(long at, int length) {
    MemorySegment.copy(space.packet(), 0, memory, ValueLayout.JAVA_BYTE, at, length);
    return length;
  }

  private int fail(SrtpFailure failure) {
    why =
        switch (failure) {
          case MALFORMED -> Drop.INVALID;
          case UNAUTHENTIC -> Drop.UNAUTHENTIC;
          case REPLAYED -> Drop.REPLAYED;
          case SSRCS -> Drop.SSRCS;
          case EXHAUSTED -> Drop.EXHAUSTED;
        };
    return -1;
  }
}
