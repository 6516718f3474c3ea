// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.SipHash;
import io.fairlead.pool.Backend;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while which backend sent a digest challenge, so that the answer, with the same
 * Call-ID, goes to it: a FreeSWITCH accepts only its own nonces. Two generations that change
 * places, so that forgetting costs nothing per entry.
 *
 * <p>Owned by one loop.
 */
final class ChallengeMemory {
  /** Bounds memory under a flood of challenged requests; the oldest half is forgotten first. */
  private static final int MAX_ENTRIES = 50_000;

  private final SipHash hash;
  private final long memoryNs;
  private Long2ObjectHashMap<Backend> young = new Long2ObjectHashMap<>();
  private Long2ObjectHashMap<Backend> old = new Long2ObjectHashMap<>();
  private long turnedNs;
  private long nowNs;

  ChallengeMemory(SipHash hash, long memoryNs, long nowNs) {
    this.hash = hash;
    this.memoryNs = memoryNs;
    this.turnedNs = nowNs;
    this.nowNs = nowNs;
  }

  void now(long ns) {
    nowNs = ns;
  }

  void remember(SipRequest request, Backend challenger) {
    turn();
    young.put(key(request), challenger);
  }

  /** The backend whose challenge this request answers, or null. */
  @Nullable Backend find(SipRequest request) {
    if (!request.has(HeaderName.AUTHORIZATION) && !request.has(HeaderName.PROXY_AUTHORIZATION)) {
      return null;
    }
    turn();
    long key = key(request);
    Backend found = young.get(key);
    return found != null ? found : old.get(key);
  }

  private void turn() {
    if (nowNs - turnedNs >= memoryNs || young.size() >= MAX_ENTRIES) {
      boolean longAgo = nowNs - turnedNs >= 2 * memoryNs;
      Long2ObjectHashMap<Backend> emptied = old;
      emptied.clear();
      old = young;
      young = emptied;
      if (longAgo) {
        old.clear();
      }
      turnedNs = nowNs;
    }
  }

  private long key(SipRequest request) {
    return hash.hash(request.bytes(), request.callIdFrom(), request.callIdTo());
  }
}
