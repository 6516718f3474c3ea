// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.media.profile.MediaProfile;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.profile.SrtpUse;
import io.fairlead.media.sdes.SdesKeys;
import io.fairlead.media.sdes.SdesNegotiation;
import io.fairlead.media.sdes.SdesResult;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sdp.Protocol;
import io.fairlead.sdp.SessionDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the m= lines of a call with a profile are secured on each side: what its descriptions mean,
 * and what stands in those that it reads.
 *
 * <p>Owned by the call's loop.
 */
final class LineSecurity {
  private static final Logger LOG = LoggerFactory.getLogger(LineSecurity.class);

  private final MediaProfile profile;
  private final SdesNegotiation keys;
  private final String callId;

  LineSecurity(MediaProfile profile, int mostSsrcs, String callId) {
    this.profile = profile;
    this.keys = new SdesNegotiation(mostSsrcs);
    this.callId = callId;
  }

  /**
   * An offer of a side: puts the keys into its lines.
   *
   * @return false when a line cannot be had as the profile wants it
   */
  boolean offered(Side from, String network, SessionDescription read, @Nullable MediaLine[] said) {
    return read(true, from, profile.on(network), read, said);
  }

  /** An answer of a side; as {@link #offered}. */
  boolean answered(Side from, String network, SessionDescription read, @Nullable MediaLine[] said) {
    return read(false, from, profile.on(network), read, said);
  }

  private boolean read(
      boolean offer,
      Side from,
      SideProfile rules,
      SessionDescription read,
      @Nullable MediaLine[] said) {
    for (int i = 0; i < said.length; i++) {
      MediaLine line = said[i];
      if (line == null || !line.rtpPackets()) {
        continue;
      }
      SdesResult result =
          offer
              ? keys.offer(i, from, rules, read, read.media(i))
              : keys.answer(i, from, rules, read, read.media(i));
      switch (result) {
        case SdesResult.Secured(SdesKeys agreed) -> said[i] = line.with(agreed);
        case SdesResult.Plain plain -> said[i] = line.with(null);
        case SdesResult.Refused(String why) -> {
          String what = offer ? "offer" : "answer";
          LOG.info("{}: no SRTP with the {}, {}: {}", callId, from.name(), what, why);
          return false;
        }
      }
    }
    return true;
  }

  /** What an offer to that side says. */
  DescriptionWriter.Security offer(int place, Side reader, String network, MediaLine offered) {
    SideProfile rules = profile.on(network);
    Protocol protocol = protocol(offered.protocol(), rules.use());
    return new DescriptionWriter.Security(
        protocol, rules.use() == SrtpUse.NONE ? List.of() : keys.offers(place, reader, rules));
  }

  // Who has plain RTP often knows nothing of RTP/AVPF, and who offers SRTP may also be answered
  // without feedback.
  private static Protocol protocol(Protocol offered, SrtpUse use) {
    return use == SrtpUse.REQUIRE
        ? offered.secured()
        : offered.secure() ? Protocol.RTP_AVP : offered;
  }

  /** What an answer to that offer says: its own protocol, and our key for the line it brought. */
  static DescriptionWriter.Security answer(MediaLine offered) {
    SdesKeys agreed = offered.keys();
    return new DescriptionWriter.Security(
        offered.protocol(), agreed == null ? List.of() : List.of(agreed.answer()));
  }

  /** The line at that place is gone. */
  void forget(int place) {
    keys.forget(place);
  }
}
