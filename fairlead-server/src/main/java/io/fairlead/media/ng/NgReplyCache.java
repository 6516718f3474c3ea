// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers given of late, for requests that come again because an answer was lost: an offer that
 * is done twice would be another offer.
 *
 * <p>Owned by one loop.
 */
final class NgReplyCache {
  private final int most;
  private final long rememberNs;
  // In the order they were asked.
  private final Map<Asked, Kept> kept = new LinkedHashMap<>();

  /**
   * A request.
   *
   * @param from who asked
   * @param cookie his word for it
   */
  record Asked(InetSocketAddress from, String cookie) {}

  /** What is known of a request. */
  sealed interface Seen {
    /** Nothing; from now on it waits for {@link #answered}. */
    record First() implements Seen {}

    /** It waits for its answer. */
    record Waiting() implements Seen {}

    /** It got this. */
    record Answered(byte[] datagram) implements Seen {}

    /** As many as may be wait for their answers. */
    record Full() implements Seen {}
  }

  private static final class Kept {
    private final long sinceNs;
    private byte @Nullable [] datagram;

    Kept(long sinceNs) {
      this.sinceNs = sinceNs;
    }
  }

  /**
   * Room for answers.
   *
   * @param most how many
   * @param rememberNs for how long
   */
  NgReplyCache(int most, long rememberNs) {
    this.most = most;
    this.rememberNs = rememberNs;
  }

  Seen seen(Asked asked, long nowNs) {
    forget(nowNs);
    Kept before = kept.get(asked);
    if (before != null) {
      byte[] datagram = before.datagram;
      return datagram == null ? new Seen.Waiting() : new Seen.Answered(datagram);
    }
    if (kept.size() >= most && !forgetOldest()) {
      return new Seen.Full();
    }
    kept.put(asked, new Kept(nowNs));
    return new Seen.First();
  }

  private void forget(long nowNs) {
    Iterator<Kept> oldest = kept.values().iterator();
    while (oldest.hasNext() && nowNs - oldest.next().sinceNs > rememberNs) {
      oldest.remove();
    }
  }

  // Not one that waits: the request would be done a second time.
  private boolean forgetOldest() {
    Iterator<Kept> oldest = kept.values().iterator();
    if (oldest.hasNext() && oldest.next().datagram != null) {
      oldest.remove();
      return true;
    }
    return false;
  }

  void answered(Asked asked, byte[] datagram) {
    Kept one = kept.get(asked);
    if (one != null) {
      one.datagram = datagram;
    }
  }

  int size() {
    return kept.size();
  }
}
