// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.media.MediaReport;
import io.fairlead.media.relay.DescribedMedia;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.media.relay.RelayedStream;
import io.fairlead.media.sdes.SdesKeys;
import io.fairlead.sdp.OfferAnswer.Side;
import java.time.Duration;
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
   * @param settled the call is answered
   */
  private record Said(MediaLine line, @Nullable MediaLine other, boolean muxed, boolean settled) {
    // Who holds may play music or nothing, who hears ringing may be quiet, and a fax machine that
    // receives a page says nothing for minutes: only where both talk is silence a sign.
    boolean talks() {
      return settled && line.rtpPackets() && line.talks() && other != null && other.talks();
    }
  }

  private final RelayedStream stream;
  private final RelaySettings settings;
  private final @Nullable Said[] told = new @Nullable Said[2];
  private final @Nullable Said[] agreed = new @Nullable Said[2];
  // Whose offer, which nobody has agreed to, brought it.
  private @Nullable Side openedBy;
  private boolean unused;

  RelayedLine(RelayedStream stream, RelaySettings settings, Side openedBy) {
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
    tell(from, new Said(line, null, line.muxes(), false));
  }

  /**
   * An offer and its answer.
   *
   * @param settled the answer counts: the call is answered
   */
  void described(Side offerer, MediaLine offer, MediaLine answer, boolean settled) {
    unused = false;
    // Also one who answers with what was not offered is taken at his word.
    tell(offerer, new Said(offer, answer, offer.muxes(), settled));
    tell(offerer.other(), new Said(answer, offer, answer.muxes(), settled));
  }

  /** One of them does not want it. */
  void unused() {
    unused = true;
    for (Side side : Side.values()) {
      Said said = told[side.ordinal()];
      if (said != null) {
        tell(side, new Said(said.line().silent(), null, said.muxed(), false));
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
        new DescribedMedia(
            line.rtp(),
            said.muxed() ? line.rtp() : line.rtcp(),
            said.muxed(),
            line.rtpPackets(),
            line.secure() && (other == null || other.secure()),
            line.keys() == null ? null : line.keys().session(),
            types.numbers(),
            types.names(),
            line.sends(),
            line.receives(),
            moved,
            said.talks() ? settings.timeout() : settings.heldTimeout()));
  }

  // An address of zeroes holds and says nothing of where to.
  private static boolean sameWay(MediaLine before, MediaLine line) {
    return line.said() == null || Objects.equals(before.said(), line.said());
  }

  /** The keys that side has now, or null. */
  @Nullable SdesKeys keys(Side side) {
    Said said = told[side.ordinal()];
    return said == null ? null : said.line().keys();
  }

  /** True unless that side has sent within the time it may be silent here. */
  boolean isSilent(Side side) {
    Said said = told[side.ordinal()];
    if (said == null || (said.line().rtpPackets() && !said.talks())) {
      return true;
    }
    MediaReport.Stream report = stream.report();
    MediaReport.Quality from = side == Side.CALLER ? report.fromCaller() : report.fromCallee();
    Duration allowed = said.talks() ? settings.timeout() : settings.heldTimeout();
    return from.lastNsAgo() < 0 || from.lastNsAgo() >= allowed.toNanos();
  }
}
