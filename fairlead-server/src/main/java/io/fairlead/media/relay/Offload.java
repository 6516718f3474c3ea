// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What can forward the packets between two learned sources without us: the kernel. The relay offers
 * it the RTP of a stream once both sources are learned and both sides send and receive, and takes
 * it back before anything of that changes. RTCP on ports of its own stays with the relay, for the
 * round trip.
 *
 * <p>All methods are called on a media loop and must neither block nor take long: work of more than
 * some microseconds belongs on a thread of the implementation's own.
 */
public interface Offload {
  /** Forwards nothing. */
  Offload NONE = (path, observer) -> null;

  /**
   * Two addresses of peers and between them two of ours: what comes from {@code caller} to {@code
   * callerSide} leaves from {@code calleeSide} to {@code callee}, and the other way round. All else
   * that comes to our two addresses stays with the relay's sockets.
   *
   * @param caller where the caller sends from and is sent to
   * @param callerSide our address and port towards the caller, as bound, not as advertised
   * @param calleeSide our address and port towards the callee, as bound
   * @param callee where the callee sends from and is sent to
   * @param callerNetwork the name of the caller's network
   * @param calleeNetwork the name of the callee's network
   * @param trafficClass the byte of DSCP and ECN for what leaves, 0 for none
   */
  record Path(
      InetSocketAddress caller,
      InetSocketAddress callerSide,
      InetSocketAddress calleeSide,
      InetSocketAddress callee,
      String callerNetwork,
      String calleeNetwork,
      int trafficClass) {}

  /**
   * What was forwarded since {@link #start}. Bytes are those of the UDP payload.
   *
   * @param callerPackets what came from the caller
   * @param callerBytes the same in bytes
   * @param calleePackets what came from the callee
   * @param calleeBytes the same in bytes
   */
  record Forwarded(long callerPackets, long callerBytes, long calleePackets, long calleeBytes) {
    /** Nothing. */
    public static final Forwarded NONE = new Forwarded(0, 0, 0, 0);
  }

  /** Who is told of a path. From any thread; it only hands over to its media loop. */
  interface Observer {
    /** It is forwarded from now on. */
    void onStarted();

    /**
     * A reading of the counters, about once a second while it is forwarded; the relay tells from it
     * that a side is silent.
     */
    void onForwarded(Forwarded total);

    /**
     * It is not forwarded any more, or never was, and nothing of it is left in the kernel: the next
     * packets come to the relay's sockets. Told exactly once for each path that was taken: after
     * {@link Handle#stop}, or unasked where it failed or was lost.
     *
     * @param total all that was forwarded
     */
    void onStopped(Forwarded total);
  }

  /** A path that was taken. */
  interface Handle {
    /**
     * Ends it; {@link Observer#onStopped} follows. Once. The ports of the path are not used for
     * another call before that.
     */
    void stop();
  }

  /**
   * Begins to forward.
   *
   * @return null when it will not be forwarded, for whatever reason: then the observer is told
   *     nothing and the relay does not ask again until something changes
   */
  @Nullable Handle start(Path path, Observer observer);
}
