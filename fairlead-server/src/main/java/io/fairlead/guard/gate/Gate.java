// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.guard.Offence;
import io.fairlead.guard.OffenceListener;
import io.fairlead.loop.Loop;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.Ascii;
import io.fairlead.transport.Flow;
import io.fairlead.transport.SourceGate;
import io.fairlead.transport.SourceVerdict;

/**
 * Says who is heard, before a message is read: denied networks, those who are banned, sources over
 * their budget. What is judged when a message has been read is {@link RequestGate}'s, of which each
 * loop has one; this is what they share.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Gate implements SourceGate {
  // Who was refused has given up by then (RFC 3261 timer F and H).
  private static final long REFUSED_NS = 32_000_000_000L;
  private static final long NEVER = Long.MIN_VALUE;
  // Tells what came over a connection from what may have been invented.
  private static final long CONNECTED = 0x5a5a5a5a5a5a5a5aL;
  private static final long REGISTERS = 0x3c3c3c3c3c3c3c3cL;
  // Among many phones that share one budget the first gets its answer to a challenge through in
  // this time, by the retransmissions of RFC 3261 §17.1.2.
  private static final long CHALLENGED_NS = 10_000_000_000L;

  private final GateMeters meters;
  private final BannedSources banned;
  private final OffenceListener offences;
  private final TrustedSources trusted;
  private final SourceBuckets flood;
  private final SourceBuckets malformed;
  private final SourceBuckets scanners;
  private final SourceBuckets flooding;
  private final SourceBuckets refused;
  private final TriedUsers tried = new TriedUsers();
  private final LogBudget logged;
  private final FloodRelief relief;
  private volatile GateRules rules;
  private volatile long lastRefusedNs = NEVER;

  /**
   * @param banned who is banned
   * @param offences hears what sources do wrong
   */
  public Gate(
      GateSettings settings, Meters meters, BannedSources banned, OffenceListener offences) {
    this.meters = new GateMeters(meters);
    this.banned = banned;
    this.offences = offences;
    int sources = settings.limits().sources();
    this.flood = new SourceBuckets(sources, this.meters.forgotten);
    this.malformed = new SourceBuckets(sources, this.meters.forgotten);
    this.scanners = new SourceBuckets(sources, this.meters.forgotten);
    this.flooding = new SourceBuckets(sources, this.meters.forgotten);
    this.refused = new SourceBuckets(sources, this.meters.forgotten);
    this.trusted = new TrustedSources(this.meters.forgotten);
    this.logged = new LogBudget(settings.limits().logged());
    this.relief = new FloodRelief(sources, this.meters.forgotten, this.meters.muted);
    this.rules = GateRules.of(settings, null);
    trust(rules);
    meters.gauge(Meter.GUARD_REGISTERED_SOURCES, trusted::registeredSources);
  }

  /** Takes over other settings; what was counted stays. Any thread. */
  public void reload(GateSettings next) {
    GateRules made = GateRules.of(next, rules);
    rules = made;
    logged.rate(next.limits().logged());
    trust(made);
  }

  private void trust(GateRules made) {
    trusted.allowed(made.allow(), made.settings().limits().remember().toNanos());
  }

  /** Says who has sources dropped before they come to us; before traffic is taken. */
  public void muting(SourceMuting by) {
    relief.muting(by);
  }

  /** Who is never counted. */
  public TrustedSources trusted() {
    return trusted;
  }

  /** Which calls pass every rate, at present. */
  public EmergencyNumbers emergency() {
    return rules.emergency();
  }

  /** What a loop judges requests with. */
  public RequestGate onLoop(Loop loop) {
    return new RequestGate(this, loop);
  }

  // ---- before anything is read ----

  @Override
  public boolean connection(long upper, long lower, long nowNs) {
    return !isBarred(rules, upper, lower);
  }

  @Override
  public SourceVerdict message(long upper, long lower, boolean connected, long nowNs) {
    GateRules now = rules;
    if (isBarred(now, upper, lower)) {
      return SourceVerdict.BARRED;
    }
    long key = key(SourceKey.of(upper, lower), connected);
    MalformedSettings broken = now.settings().malformed();
    if (broken != null
        && isFull(broken.perSource(), key, nowNs)
        && !trusted.isTrusted(upper, lower, nowNs)) {
      meters.malformed.add();
      relieve(upper, lower, connected, broken.perSource(), nowNs);
      return SourceVerdict.DROPPED;
    }
    FloodSettings budget = now.settings().flood();
    if (budget != null && !isWithin(budget, key, upper, lower, nowNs)) {
      meters.flood.add();
      if (connected) {
        floods(SourceKey.of(upper, lower), budget.perSource().period().toNanos(), nowNs);
      }
      relieve(upper, lower, connected, budget.perSource(), nowNs);
      return SourceVerdict.DROPPED;
    }
    return SourceVerdict.HEARD;
  }

  // Once in the time of its budget, however many there are. Who has connected has not invented its
  // address.
  private void floods(long source, long periodNs, long nowNs) {
    if (!flooding.isMarked(source, nowNs)) {
      flooding.mark(source, nowNs, periodNs);
      offences.flooded(source);
    }
  }

  private void relieve(long upper, long lower, boolean connected, MessageRate budget, long nowNs) {
    if (!connected) {
      relief.dropped(SourceKey.of(upper, lower), budget, nowNs);
    }
  }

  // What is sent under somebody's name by UDP costs his connections nothing.
  private static long key(long source, boolean connected) {
    return connected ? source ^ CONNECTED : source;
  }

  private static long key(Flow flow) {
    return key(flow.source(), flow.transport().reliable());
  }

  private boolean isBarred(GateRules now, long upper, long lower) {
    if (now.isDenied(upper, lower)) {
      meters.denied.add();
      return true;
    }
    if (banned.isBanned(SourceKey.of(upper, lower)) && !now.allow().contains(upper, lower)) {
      meters.banned.add();
      return true;
    }
    return false;
  }

  private boolean isFull(MessageRate rate, long key, long nowNs) {
    return malformed.isFull(key, nowNs, rate.stepNs(), rate.period().toNanos());
  }

  private boolean isWithin(FloodSettings budget, long key, long upper, long lower, long nowNs) {
    MessageRate rate = budget.perSource();
    long depthNs = rate.period().toNanos();
    // Who it is matters only where its budget is used up.
    return switch (budget.exempt()) {
      case REGISTERED ->
          flood.take(key, nowNs, rate.stepNs(), depthNs) || trusted.isTrusted(upper, lower, nowNs);
      case ALLOWED -> {
        long more = 1L + trusted.registrations(SourceKey.of(upper, lower), nowNs);
        yield flood.take(key, nowNs, rate.stepNs() / more, depthNs)
            || trusted.isFixed(upper, lower);
      }
    };
  }

  // ---- for the loops ----

  GateRules rules() {
    return rules;
  }

  GateMeters meters() {
    return meters;
  }

  boolean mayLog(long nowNs) {
    return logged.take(nowNs);
  }

  /** A message of a source was not worth reading: what comes next is perhaps not read at all. */
  void offends(Flow flow, Offence offence, long nowNs) {
    MalformedSettings budget = rules.settings().malformed();
    if (budget != null) {
      MessageRate rate = budget.perSource();
      malformed.charge(key(flow), nowNs, rate.stepNs(), rate.period().toNanos());
    }
    offences.offence(flow, offence, flow.transport().reliable());
  }

  /** Whether a source is known to scan, and nothing speaks for it. */
  boolean isScanner(Flow flow, long nowNs) {
    return scanners.isMarked(key(flow), nowNs) && !trusted.isTrusted(flow.source(), nowNs);
  }

  /** A source asks about a user; true when that makes it a scanner. */
  boolean tries(Flow flow, long user, long nowNs) {
    long key = key(flow);
    return isMany(tried.tried(key, user, nowNs, windowNs()))
        && scans(key, key, flow.source(), nowNs);
  }

  /**
   * A source registers a user without credentials; true when that makes it a scanner. An office
   * that comes back after a power cut does the same, until its first phone answers its challenge.
   */
  boolean triesToRegister(Flow flow, long user, long nowNs) {
    long key = key(flow);
    return isMany(tried.tried(key ^ REGISTERS, user, nowNs, windowNs(), CHALLENGED_NS))
        && scans(key ^ REGISTERS, key, flow.source(), nowNs);
  }

  private long windowNs() {
    return rules.settings().scanners().window().toNanos();
  }

  private boolean isMany(int bits) {
    int most = rules.userBits();
    return most > 0 && bits >= most;
  }

  private boolean scans(long users, long key, long source, long nowNs) {
    tried.clear(users);
    if (trusted.isTrusted(source, nowNs)) {
      return false;
    }
    scanners.mark(key, nowNs, windowNs());
    return true;
  }

  /** A source answers challenges: no scanner of users does. */
  void answersChallenges(Flow flow) {
    tried.clear(key(flow) ^ REGISTERS);
  }

  /** Notes that a request is refused: it will be when it comes again, and its ACK ends here. */
  void refuses(long request, long nowNs) {
    refused.mark(request, nowNs, REFUSED_NS);
    lastRefusedNs = nowNs;
  }

  /** Whether that request was refused a moment ago. */
  boolean hasRefused(long request, long nowNs) {
    return refusesAny() && nowNs - lastRefusedNs < REFUSED_NS && refused.isMarked(request, nowNs);
  }

  /** Whether any ever was, so that it is worth while to ask. */
  boolean refusesAny() {
    return lastRefusedNs != NEVER;
  }

  static long hashOf(byte[] bytes, int from, int to) {
    return Ascii.hash(0x9e3779b97f4a7c15L, bytes, from, to);
  }

  /** A request outside a dialog came to nothing, or a call is over. On any loop. */
  public void ended(CallRecord record, long nowNs) {
    switch (record.status()) {
      case 403, 404, 410, 484, 604 -> {
        if (record.kind() != CallRecord.Kind.REGISTRATION) {
          long key = key(record.sourceKey(), record.isConnected());
          if (isMany(tried.tried(key, record.toHash(), nowNs, windowNs()))) {
            scans(key, key, record.sourceKey(), nowNs);
          }
        }
      }
      default -> {}
    }
  }
}
