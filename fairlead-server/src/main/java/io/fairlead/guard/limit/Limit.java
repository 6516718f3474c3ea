// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One limit in force: what is configured, and the table of its keys. Immutable. */
public final class Limit {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final int SOON = 10;

  private final LimitSettings settings;
  private final LimitTable table;
  private final PrefixSet prefixes;
  private final CidrSet trusted;
  private final CidrSet allowed;
  private final CidrSet sources;
  private final boolean alarms;
  private final boolean byPool;
  private final int most;
  private final Counter refusals;
  private final Counter alarmed;
  private final Counter unkept;

  Limit(LimitSettings settings, LimitTable table, List<Cidr> allow, Meters meters) {
    this.settings = settings;
    this.table = table;
    this.prefixes = PrefixSet.of(settings.prefixes());
    List<Cidr> believed = new ArrayList<>(allow);
    believed.addAll(settings.trusted());
    this.trusted = CidrSet.of(believed);
    this.allowed = CidrSet.of(allow);
    this.sources = CidrSet.of(settings.match().source());
    this.alarms = settings.over().action() == OverSettings.Action.ALARM;
    this.byPool = settings.key().stream().anyMatch(part -> part.kind() == LimitKey.Kind.POOL);
    Integer calls = settings.maxCalls();
    this.most = calls == null ? LimitSettings.MOST_CALLS : calls;
    this.refusals = meters.counter(Meter.GUARD_LIMIT_REFUSED, settings.name());
    this.alarmed = meters.counter(Meter.GUARD_LIMIT_ALARMS, settings.name());
    this.unkept = meters.counter(Meter.GUARD_LIMIT_UNKEPT, settings.name());
  }

  /** As configured. */
  public LimitSettings settings() {
    return settings;
  }

  /** What it is called. */
  public String name() {
    return settings.name();
  }

  /** The status code of its refusal. */
  public int status() {
    return settings.over().status();
  }

  /** The reason phrase of its refusal. */
  public String reason() {
    return settings.over().phrase();
  }

  /** The route that takes what is over it; null when that is refused. */
  public @Nullable String route() {
    return settings.over().route();
  }

  /** The headers of its refusal. */
  public String headers() {
    return status() == 503 ? "Retry-After: " + retryAfterSeconds() + "\r\n" : "";
  }

  // When the first place of a rate comes back; calls end when they like.
  private long retryAfterSeconds() {
    LimitRate rate = settings.rate();
    if (rate == null) {
      return SOON;
    }
    return Math.clamp(rate.window().toSeconds() / rate.count(), 1, 3600);
  }

  LimitTable table() {
    return table;
  }

  PrefixSet prefixes() {
    return prefixes;
  }

  boolean alarms() {
    return alarms;
  }

  /** Whether calls hold their key: what else it limits remembers by itself. */
  boolean counts() {
    return settings.maxCalls() != null || settings.maxMinutes() != null;
  }

  boolean byPool() {
    return byPool;
  }

  boolean isTrusted(InetSocketAddress source) {
    InetAddress address = source.getAddress();
    return address != null && trusted.contains(address);
  }

  boolean isAllowed(InetAddress source) {
    return allowed.contains(source);
  }

  /** Whether it looks at such a request at all, its key aside. */
  boolean looksAt(SipRequest r, Flow flow, @Nullable String route, boolean fromBackend) {
    if (fromBackend && !settings.fromBackends() || !isMethod(r)) {
      return false;
    }
    LimitMatchSettings match = settings.match();
    return isAny(match.network(), flow.listener().network())
        && isAny(match.listener(), flow.listener().name())
        && (match.route().isEmpty() || route != null && match.route().contains(route))
        && (match.source().isEmpty() || isSource(flow.remote().getAddress()));
  }

  private static boolean isAny(List<String> wanted, String is) {
    return wanted.isEmpty() || wanted.contains(is);
  }

  private boolean isSource(@Nullable InetAddress address) {
    return address != null && sources.contains(address);
  }

  private boolean isMethod(SipRequest r) {
    if (r.method() != Method.OTHER) {
      return settings.methods().contains(r.method().name());
    }
    return settings.methods().contains(r.methodText());
  }

  // ---- counting ----

  /**
   * Takes what the rates ask, and has the call join when calls are counted.
   *
   * @param destination the hash of what is called
   * @param joins whether a call holds its key from now on
   */
  Taken take(LimitEntry entry, LimitClock at, long destination, boolean joins) {
    entry.called(at.nowMs());
    if (entry.retired()) {
      return Taken.GONE;
    }
    boolean over = minutesUsed(entry, at) || !rates(entry, at, destination);
    if (over && !alarms) {
      return Taken.OVER;
    }
    if (!joins) {
      return over ? Taken.OVER : Taken.PASSED;
    }
    LimitEntry.Join joined = entry.join(most, at.second());
    if (joined == LimitEntry.Join.FULL && alarms) {
      over = true;
      joined = entry.join(Integer.MAX_VALUE, at.second());
    }
    return switch (joined) {
      case GONE -> Taken.GONE;
      case FULL -> Taken.OVER;
      case JOINED -> over ? Taken.JOINED_OVER : Taken.JOINED;
    };
  }

  /** What became of a request at a limit. */
  enum Taken {
    PASSED,
    JOINED,
    OVER,
    /** It is over the limit, which only tells of it. */
    JOINED_OVER,
    /** The entry left the table meanwhile. */
    GONE
  }

  // What is full takes nothing from a rate.
  private boolean rates(LimitEntry entry, LimitClock at, long destination) {
    Integer calls = settings.maxCalls();
    if (calls != null && entry.calls() + entry.elsewhere() >= calls) {
      return false;
    }
    Integer cps = settings.maxCps();
    if (cps != null
        && !entry.perSecond(at.nowNs()).take(at.nowNs(), NS_PER_SECOND / cps, NS_PER_SECOND)) {
      return false;
    }
    LimitRate rate = settings.rate();
    return (rate == null || take(entry.rate(at.nowNs()), rate, at))
        && destinations(entry, at, destination);
  }

  private static boolean take(CellRate bucket, LimitRate rate, LimitClock at) {
    long windowNs = rate.window().toNanos();
    return bucket.take(at.nowNs(), windowNs / rate.count(), windowNs);
  }

  private boolean destinations(LimitEntry entry, LimitClock at, long destination) {
    LimitRate rate = settings.newDestinations();
    DestinationMemory known = entry.destinations;
    if (rate == null || known == null || known.knows(destination)) {
      return true;
    }
    boolean free = take(entry.fresh(at.nowNs()), rate, at);
    if (free || alarms) {
      known.add(destination);
    }
    return free;
  }

  private boolean minutesUsed(LimitEntry entry, LimitClock at) {
    LimitRate minutes = settings.maxMinutes();
    UsedTime used = entry.used;
    return minutes != null
        && used != null
        && used.sum(at.second()) + entry.lasted(at.second()) >= minutes.count() * 60L;
  }

  // ---- telling ----

  void onOver(LimitEntry entry, LimitClock at) {
    entry.refused(at.nowMs());
    (alarms ? alarmed : refusals).add();
  }

  void onUnkept() {
    unkept.add();
  }

  /** How many were refused. */
  long refused() {
    return refusals.value();
  }

  /** How often it told of what it let go on. */
  long alarmCount() {
    return alarmed.value();
  }

  /** How many passed uncounted, since it has no room for more keys. */
  long unkeptCount() {
    return unkept.value();
  }

  @Override
  public String toString() {
    return name();
  }
}
