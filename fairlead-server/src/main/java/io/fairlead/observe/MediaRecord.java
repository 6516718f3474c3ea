// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import org.jspecify.annotations.Nullable;

/**
 * What the call log says of a call's media. The figures are those of the main stream, the first of
 * audio. Immutable.
 *
 * @param engine what relayed it; empty when nothing did, or it is not known
 * @param untouched why nothing was relayed; null when something was
 * @param codec seen last, empty when not known
 * @param streams how many were relayed
 * @param kernel whether the kernel forwarded any at the end
 * @param fromCaller what came from the caller; null when not known
 * @param fromCallee the same of the callee
 * @param oneWay the only side whose media came, {@code caller} or {@code callee}; null otherwise
 * @param silent the side that has been silent for too long, or {@code both}; null for none
 * @param callerSrtp the suite of the caller's SRTP where that ends at us; empty for none
 * @param calleeSrtp the same of the callee's
 * @param reanchored how often we brought it to another engine since its own was lost
 */
public record MediaRecord(
    String engine,
    @Nullable String untouched,
    String codec,
    int streams,
    boolean kernel,
    @Nullable Direction fromCaller,
    @Nullable Direction fromCallee,
    @Nullable String oneWay,
    @Nullable String silent,
    String callerSrtp,
    String calleeSrtp,
    int reanchored) {
  /**
   * One direction, as it came in at us.
   *
   * @param packets that came
   * @param lost that are missing
   * @param jitterUs interarrival jitter in microseconds
   * @param rttUs round trip between the two sides in microseconds, -1 when not known
   * @param mosTenths estimated listening quality in tenths, 10 to 45; 0 when not known
   * @param dropped not passed on: of strangers, too early, too long, broken
   */
  public record Direction(
      long packets, long lost, long jitterUs, long rttUs, int mosTenths, long dropped) {}

  /** Of a call whose media passed us by. */
  public static MediaRecord untouched(String why) {
    return new MediaRecord("", why, "", 0, false, null, null, null, null, "", "", 0);
  }

  void write(LogLine line) {
    String why = untouched;
    if (why != null) {
      line.field("media", "bypass");
      line.field("media-why", why);
      return;
    }
    line.field("media", engine.isEmpty() ? "relay" : engine);
    if (!codec.isEmpty()) {
      line.field("codec", codec);
    }
    if (streams > 1) {
      line.field("streams", streams);
    }
    if (kernel) {
      line.field("kernel", "yes");
    }
    if (!callerSrtp.isEmpty()) {
      line.field("caller-srtp", callerSrtp);
    }
    if (!calleeSrtp.isEmpty()) {
      line.field("callee-srtp", calleeSrtp);
    }
    write(line, "caller", fromCaller);
    write(line, "callee", fromCallee);
    long rttUs = Math.max(rtt(fromCaller), rtt(fromCallee));
    if (rttUs >= 0) {
      line.thousandths("rtt-ms", rttUs);
    }
    if (oneWay != null) {
      line.field("one-way", oneWay);
    }
    if (silent != null) {
      line.field("media-silent", silent);
    }
    if (reanchored > 0) {
      line.field("media-reanchored", reanchored);
    }
  }

  private static long rtt(@Nullable Direction direction) {
    return direction == null ? -1 : direction.rttUs();
  }

  private static void write(LogLine line, String side, @Nullable Direction direction) {
    if (direction == null) {
      return;
    }
    line.field(side + "-packets", direction.packets());
    if (direction.packets() > 0) {
      line.field(side + "-lost", direction.lost());
      line.thousandths(side + "-jitter-ms", direction.jitterUs());
    }
    if (direction.mosTenths() > 0) {
      line.tenths(side + "-mos", direction.mosTenths());
    }
    if (direction.dropped() > 0) {
      line.field(side + "-dropped", direction.dropped());
    }
  }
}
