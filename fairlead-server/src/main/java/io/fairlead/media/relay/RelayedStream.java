// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.MediaReport;
import io.fairlead.sdp.OfferAnswer.Side;
import java.net.InetAddress;
import java.util.function.Consumer;

/**
 * One m= line on its way through our relay: on each side an address and a port for RTP, and the
 * next one for RTCP. Orders come from the call's loop and take effect on the media loop, in order.
 *
 * <p>Shared: see docs/ownership.md.
 */
public interface RelayedStream {
  /** Our address on that side, to be written into the description that side reads. */
  InetAddress address(Side side);

  /** Our port for RTP on that side; RTCP is at the next one, or at the same where that is muxed. */
  int port(Side side);

  /** What a side has described. From here on its packets are taken and it is sent to. */
  void described(Side side, DescribedMedia what);

  /** Moves a side to another network: other ports there, before the next offer. */
  boolean move(Side side, String network);

  /** What passed until now. Any thread; a reading may be a moment old. */
  MediaReport.Stream report();

  /**
   * Ends it; the ports rest before they are used again. Once.
   *
   * @param last is told what passed, on the call's loop: at once, or where the kernel forwards it,
   *     when that has counted its last packets
   */
  void close(Consumer<MediaReport.Stream> last);
}
