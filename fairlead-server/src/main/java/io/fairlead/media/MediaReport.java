// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import java.util.List;

/**
 * What passed of a call's media.
 *
 * <p>Immutable.
 *
 * @param engine the engine's name
 * @param streams by m= line, those that were relayed
 */
public record MediaReport(String engine, List<Stream> streams) {
  /** Nothing is known. */
  public static final MediaReport NONE = new MediaReport("", List.of());

  /**
   * One m= line.
   *
   * @param kind "audio", "video", "image" …
   * @param codec of the payload type seen last, keys and comfort noise aside, such as "PCMA/8000";
   *     empty when not known
   * @param fromCaller what the caller sent
   * @param fromCallee what the callee sent
   * @param kernel true when the kernel forwards it now
   * @param callerSrtp the suite of SRTP that ends at us on the caller's side; empty for none
   * @param calleeSrtp the same of the callee's
   */
  public record Stream(
      String kind,
      String codec,
      Quality fromCaller,
      Quality fromCallee,
      boolean kernel,
      String callerSrtp,
      String calleeSrtp) {
    /** One whose SRTP, if it has any, does not end at us. */
    public Stream(
        String kind, String codec, Quality fromCaller, Quality fromCallee, boolean kernel) {
      this(kind, codec, fromCaller, fromCallee, kernel, "", "");
    }

    /** The same line as two engines saw it, one after the other. */
    public Stream and(Stream more) {
      return new Stream(
          kind,
          more.codec.isEmpty() ? codec : more.codec,
          fromCaller.and(more.fromCaller),
          fromCallee.and(more.fromCallee),
          kernel || more.kernel,
          more.callerSrtp.isEmpty() ? callerSrtp : more.callerSrtp,
          more.calleeSrtp.isEmpty() ? calleeSrtp : more.calleeSrtp);
    }
  }

  /**
   * One direction, as it came in at us.
   *
   * @param packets RTP (or UDPTL) packets taken
   * @param bytes their UDP payload
   * @param lost missing sequence numbers (RFC 3550 A.3), never below 0
   * @param reordered packets behind a later one
   * @param dropped strays, invalid packets and those of strangers
   * @param jitterUs interarrival jitter (RFC 3550 A.8), microseconds
   * @param rttUs round trip between the two sides by RTCP, microseconds, -1 when not known
   * @param mos estimated listening quality 1.0 to 4.5, 0 when there was too little to say
   * @param lastNsAgo since the last packet, -1 when none came
   */
  public record Quality(
      long packets,
      long bytes,
      long lost,
      long reordered,
      long dropped,
      long jitterUs,
      long rttUs,
      double mos,
      long lastNsAgo) {
    /** No packet came. */
    public static final Quality SILENT = new Quality(0, 0, 0, 0, 0, 0, -1, 0, -1);

    /** The sums of both; what is no sum is said by the one that had more of it. */
    Quality and(Quality more) {
      Quality longer = more.packets > packets ? more : this;
      return new Quality(
          packets + more.packets,
          bytes + more.bytes,
          lost + more.lost,
          reordered + more.reordered,
          dropped + more.dropped,
          longer.jitterUs,
          longer.rttUs,
          longer.mos,
          more.lastNsAgo < 0 ? lastNsAgo : more.lastNsAgo);
    }
  }
}
