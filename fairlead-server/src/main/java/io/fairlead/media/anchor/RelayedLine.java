// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.media.MediaRelaySettings;
import io.fairlead.media.MediaReport;
import io.fairlead.media.relay.Described;
import io.fairlead.media.relay.RelayedStream;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One m= line of a call that goes over us: its stream, what the stream was told of both sides, and
 * what of that was agreed, to which a refused offer returns.
 *
 * <p>Owned by the call's loop.
 */
final class RelayedLine {
  /**
   * What a side has said, and to whom.
   *
   * @param other what the other side says; null while it has said nothing
   * @param muxed RTP and RTCP share the port on this side
   */
  private record Said(MediaLine line, @Nullable MediaLine other, boolean muxed) {
    // Where nothing is to flow, or nobody has answered, silence is no sign of anything.
    boolean flows() {
      return line.sends() && other != null && other.receives();
    }
  }

  private final RelayedStream stream;
  private final MediaRelaySettings settings;
  private final @Nullable Said[] told = new @Nullable Said[2];
  private final @Nullable Said[] agreed = new @Nullable Said[2];
  // Whose offer, which nobody has agreed to, brought it.
  private @Nullable Side openedBy;
  private boolean unused;

  RelayedLine(RelayedStream stream, MediaRelaySettings settings, Side openedBy) {
    this.stream = stream;
    this.settings = settings;
    this.openedBy = openedBy;
  }

  RelayedStream stream() {
    return stream;
  }

  /** True when only that side's open offer has it. */
  boolean openedBy(Side side) {
    return openedBy == side;
  }

  /** The first offer: there is nothing that it could change. */
  void offered(Side from, MediaLine line) {
    tell(from, new Said(line, null, line.muxes()));
  }

  /** An offer and its answer. */
  void described(Side offerer, MediaLine offer, MediaLine answer) {
    unused = false;
    tell(offerer, new Said(offer, answer, offer.muxes()));
    tell(offerer.other(), new Said(answer, offer, offer.muxes() && answer.muxes()));
  }

  /** One of them does not want it. */
  void unused() {
    unused = true;
    for (Side side : Side.values()) {
      Said said = told[side.ordinal()];
      if (said != null) {
        tell(side, new Said(said.line().silent(), null, said.muxed()));
      }
    }
  }

  /**
   * What it was told last is what both agree on.
   *
   * @return false when they agree on not having it
   */
  boolean agree() {
    System.arraycopy(told, 0, agreed, 0, told.length);
    openedBy = null;
    return !unused;
  }

  /** Back to what was agreed. */
  void restore() {
    for (Side side : Side.values()) {
      Said said = agreed[side.ordinal()];
      if (said != null) {
        tell(side, said);
      }
    }
    unused = false;
  }

  private void tell(Side side, Said said) {
    Said before = told[side.ordinal()];
    if (said.equals(before)) {
      return;
    }
    told[side.ordinal()] = said;
    MediaLine line = said.line();
    MediaLine other = said.other();
    PayloadTypes types = line.types().with(other == null ? null : other.types());
    boolean moved = before != null && !sameWay(before.line(), line);
    stream.described(
        side,
        new Described(
            line.rtp(),
            said.muxed() ? line.rtp() : line.rtcp(),
            said.muxed(),
            line.rtpPackets(),
            types.numbers(),
            types.names(),
            line.sends(),
            line.receives(),
            moved,
            said.flows() ? settings.timeout() : settings.heldTimeout()));
  }

  // An address of zeroes holds and says nothing of where to.
  private static boolean sameWay(MediaLine before, MediaLine line) {
    return line.said() == null || Objects.equals(before.said(), line.said());
  }

  /** True when that side is silent for longer than what it was told allows; or not expected. */
  boolean isSilent(Side side) {
    Said said = told[side.ordinal()];
    if (said == null || !said.flows()) {
      return true;
    }
    MediaReport.Stream report = stream.report();
    MediaReport.Quality from = side == Side.CALLER ? report.fromCaller() : report.fromCallee();
    return from.lastNsAgo() < 0 || from.lastNsAgo() >= settings.timeout().toNanos();
  }
}
