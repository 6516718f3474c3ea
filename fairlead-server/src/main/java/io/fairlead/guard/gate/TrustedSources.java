// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.net.CidrSet;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Counter;
import io.fairlead.store.Bindings;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;

/**
 * Who is never counted: allowed networks, backends and nodes of the cluster, sources with
 * registrations, and those that showed lately that they are in a call or have been registered.
 * Nothing that a stranger sends is kept here, so no flood can push anybody out.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class TrustedSources {
  // Those who proved something since the registrations were last gone through.
  private static final int RECENT = 1 << 16;

  private final SourceBuckets recent;
  private volatile CidrSet allowed = CidrSet.NONE;
  private volatile long[] ours = {};
  private volatile RegisteredSources registered = RegisteredSources.NONE;
  private volatile long rememberNs;

  /**
   * @param forgotten counts sources that were forgotten too early
   */
  TrustedSources(Counter forgotten) {
    this.recent = new SourceBuckets(RECENT, forgotten);
  }

  void allowed(CidrSet networks, long newRememberNs) {
    allowed = networks;
    rememberNs = newRememberNs;
  }

  /**
   * These are backends or nodes of the cluster from now on, instead of those before. Any thread.
   */
  public void ours(Collection<InetAddress> addresses) {
    ours = addresses.stream().mapToLong(SourceKey::of).distinct().sorted().toArray();
  }

  /** A source has shown that it is in a call of ours, or has been registered. Any loop. */
  public void proven(long source, long nowNs) {
    recent.mark(source, nowNs, rememberNs);
  }

  /** Goes through all registrations. From a thread that may take its time. */
  public void count(Bindings bindings, long nowMs, int most) {
    registered = RegisteredSources.count(bindings, registered, nowMs, rememberNs / 1_000_000, most);
  }

  /** Whether an address is one of ours or of an allowed network. */
  boolean isFixed(long upper, long lower) {
    return allowed.contains(upper, lower) || isOurs(SourceKey.of(upper, lower));
  }

  /** Whether anything speaks for a source. Any loop; allocates nothing. */
  public boolean isTrusted(long source, long nowNs) {
    return isTrusted(SourceKey.upper(source), SourceKey.lower(source), nowNs);
  }

  /** Whether it is allowed, ours, or had registrations when they were last gone through. */
  public boolean isRegistered(long source) {
    return isFixed(SourceKey.upper(source), SourceKey.lower(source)) || registered.of(source) > 0;
  }

  /** The same for an address, where an allowed network may be smaller than a source. */
  boolean isTrusted(long upper, long lower, long nowNs) {
    long source = SourceKey.of(upper, lower);
    return isFixed(upper, lower) || recent.isMarked(source, nowNs) || registered.of(source) > 0;
  }

  /** How many registrations speak for a source; one for a call or a registration just now. */
  int registrations(long source, long nowNs) {
    int counted = registered.of(source);
    return counted == 0 && recent.isMarked(source, nowNs) ? 1 : counted;
  }

  /** How many sources have registrations. */
  int registeredSources() {
    return registered.size();
  }

  private boolean isOurs(long source) {
    long[] known = ours;
    return known.length > 0 && Arrays.binarySearch(known, source) >= 0;
  }

  @Override
  public String toString() {
    return "allowed " + allowed + ", " + LongStream.of(ours).count() + " of ours";
  }
}
