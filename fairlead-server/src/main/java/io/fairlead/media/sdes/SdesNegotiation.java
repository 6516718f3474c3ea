// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.sdes;

import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.sdes.SdesResult.Refused;
import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.CryptoLine;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sdp.Protocol;
import io.fairlead.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a call, by a=crypto (RFC 4568), each side for itself: with each we agree on keys that
 * the other never sees. Which way keys come the protocol of the m= line says, not what else stands
 * there: some offer fingerprints of DTLS beside a=crypto in either.
 *
 * <p>Owned by the call's loop.
 */
public final class SdesNegotiation {
  /** More of one line are passed over; who offers most, an rtpengine, offers twelve. */
  private static final int MOST_LINES = 32;

  private final int mostSsrcs;
  // By the place of the m= line, two each.
  private final List<SdesSide> sides = new ArrayList<>(2);

  /**
   * Keys of a call that has none yet.
   *
   * @param mostSsrcs SSRCs that one key is used for
   */
  public SdesNegotiation(int mostSsrcs) {
    this.mostSsrcs = mostSsrcs;
  }

  /** The line is gone: what comes at its place has keys of its own. */
  public void forget(int place) {
    for (int i = place * 2; i < Math.min(place * 2 + 2, sides.size()); i++) {
      sides.set(i, new SdesSide(mostSsrcs));
    }
  }

  private SdesSide of(int place, Side side) {
    int index = place * 2 + side.ordinal();
    while (sides.size() <= index) {
      sides.add(new SdesSide(mostSsrcs));
    }
    return sides.get(index);
  }

  /**
   * What a side's offer of an m= line of RTP means.
   *
   * @param place of the line, which the parser bounds
   * @param rules what its side is to have
   */
  public SdesResult offer(
      int place, Side from, SideProfile rules, SessionDescription session, MediaDescription media) {
    return isDtls(media)
        ? new Refused("the m= line wants keys by DTLS")
        : of(place, from).offer(lines(session, media), media.protocol().secure(), rules);
  }

  /** What a side's answer means; as {@link #offer}. */
  public SdesResult answer(
      int place, Side from, SideProfile rules, SessionDescription session, MediaDescription media) {
    return isDtls(media)
        ? new Refused("the m= line wants keys by DTLS")
        : of(place, from).answer(lines(session, media), media.protocol().secure(), rules);
  }

  /** The values of the a=crypto lines that a side is offered, the same each time. */
  public List<String> offers(int place, Side to, SideProfile rules) {
    return of(place, to).offers(rules);
  }

  private static boolean isDtls(MediaDescription media) {
    return media.protocol() == Protocol.UDP_TLS_RTP_SAVP
        || media.protocol() == Protocol.UDP_TLS_RTP_SAVPF;
  }

  private static List<@Nullable CryptoLine> lines(
      SessionDescription session, MediaDescription media) {
    List<@Nullable CryptoLine> lines = new ArrayList<>();
    for (int line = media.next(Attribute.CRYPTO, media.firstLine());
        line >= 0 && lines.size() < MOST_LINES;
        line = media.next(Attribute.CRYPTO, line)) {
      lines.add(CryptoLine.read(session.bytes(), session.valueStart(line), session.valueEnd(line)));
    }
    return lines;
  }
}
