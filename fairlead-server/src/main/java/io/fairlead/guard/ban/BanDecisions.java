// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.guard.Offence;
import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.SourceKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who is banned and for how long: counts points, spares whom nothing may ban, and ends what
 * is over.
 *
 * <p>Owned by the home loop; before that runs, by whoever makes it.
 */
final class BanDecisions {
  private static final Logger LOG = LoggerFactory.getLogger(BanDecisions.class);
  private static final long SAY_SPARED_MS = Duration.ofHours(1).toMillis();

  private final ActiveBans active;
  private final SpareSources spare;
  private final ScoredSources scored;
  private final BanMeters meters;
  private final LongSupplier clockMs;
  private final List<BanListener> listeners = new ArrayList<>();
  private BanSettings settings;

  BanDecisions(
      BanSettings settings,
      ActiveBans active,
      SpareSources spare,
      BanMeters meters,
      LongSupplier clockMs) {
    this.settings = settings;
    this.active = active;
    this.spare = spare;
    this.scored = new ScoredSources(settings.sources());
    this.meters = meters;
    this.clockMs = clockMs;
  }

  /** Tells this one of what happens from now on. */
  void listen(BanListener listener) {
    listeners.add(listener);
  }

  /** Goes by other settings: what was counted stays. */
  void settings(BanSettings next) {
    settings = next;
  }

  // ---- points ----

  void offence(InetAddress source, Offence offence) {
    int cost = settings.scores().of(offence);
    meters.offence(offence);
    if (cost == 0) {
      return;
    }
    long nowMs = clockMs.getAsLong();
    long key = SourceKey.of(source);
    ScoredSource scores = scored.of(key, nowMs);
    int points = scores.add(offence, cost, nowMs, settings.decay().toMillis());
    listeners.forEach(each -> each.onOffence(source, offence, cost, points));
    if (points < settings.threshold() || active.until(key) > nowMs) {
      return;
    }
    String exempt = spare.why(key, offence, nowMs);
    if (exempt.isEmpty()) {
      ban(key, scores, points, nowMs);
    } else {
      scores.cap(settings.threshold());
      meters.spared.add();
      if (scores.saySpared(nowMs, SAY_SPARED_MS)) {
        LOG.warn(
            "{} would be banned for {}, but is not: {}",
            source.getHostAddress(),
            scores.why(),
            exempt);
      }
    }
  }

  private void ban(long key, ScoredSource source, int points, long nowMs) {
    int times = source.next(nowMs, settings.forget().toMillis());
    long untilMs = nowMs + settings.banMs(times);
    Ban ban =
        new Ban(
            SourceKey.network(key), BanCause.POINTS, source.why(), points, nowMs, untilMs, times);
    source.banned(times, untilMs);
    LOG.info(
        "{} is banned for {} s: {} ({} points, ban number {})",
        ban.text(),
        (untilMs - nowMs) / 1000,
        ban.why(),
        points,
        times);
    put(ban);
  }

  /** A device there has proved its password. */
  void proved(InetAddress source) {
    long nowMs = clockMs.getAsLong();
    long key = SourceKey.of(source);
    spare.proved(key, nowMs + settings.exempt().toMillis(), nowMs);
    ScoredSource known = scored.known(key);
    if (known != null) {
      known.forgive(settings.forgive(), nowMs, settings.decay().toMillis());
    }
  }

  // ---- bans ----

  /** Takes a ban in and tells of it, whoever wanted it. */
  void put(Ban ban) {
    while (active.isFull() && active.of(ban.network()) == null) {
      Ban first = active.first();
      meters.crowded.add();
      if (first == null || first.untilMs() >= ban.untilMs()) {
        return;
      }
      end(first, BanEnd.CROWDED);
    }
    active.put(ban);
    active.publish();
    meters.ban(ban.cause());
    listeners.forEach(each -> each.onBan(ban));
  }

  /** The network is banned by somebody else than its points; not when it is allowed. */
  boolean add(Ban ban) {
    if (spare.allows(ban.network())) {
      return false;
    }
    put(ban);
    return true;
  }

  /** Another node has banned it. Not where devices of ours are. */
  void shared(Ban ban) {
    Ban known = active.of(ban.network());
    boolean news = known == null || known.untilMs() < ban.untilMs();
    long nowMs = clockMs.getAsLong();
    if (news && ban.untilMs() > nowMs && (!ban.isSource() || isFree(ban, nowMs)) && add(ban)) {
      if (ban.isSource()) {
        scored.of(ban.key(), nowMs).banned(ban.times(), ban.untilMs());
      }
    }
  }

  private boolean isFree(Ban ban, long nowMs) {
    return spare.why(ban.key(), nowMs).isEmpty();
  }

  /** As it was before a restart. */
  void restore(Ban ban) {
    long nowMs = clockMs.getAsLong();
    if (ban.isSource() && ban.times() > 0) {
      scored.of(ban.key(), nowMs).banned(ban.times(), ban.untilMs());
    }
    if (ban.untilMs() > nowMs && !spare.allows(ban.network()) && !active.isFull()) {
      active.put(ban);
      listeners.forEach(each -> each.onBan(ban));
    }
  }

  /** A list has these, or has them still. */
  void listed(String list, Collection<Cidr> networks, long untilMs) {
    long nowMs = clockMs.getAsLong();
    for (Cidr each : networks) {
      Cidr network = Ban.whole(each);
      Ban known = active.of(network);
      // What holds for half of its time and more is not made longer each time anew.
      boolean ours =
          known == null || isOf(known, list) && known.untilMs() - nowMs < (untilMs - nowMs) / 2;
      boolean free =
          !Ban.isSource(network) || spare.why(SourceKey.of(network.address()), nowMs).isEmpty();
      if (ours && free) {
        long since = known == null ? nowMs : known.sinceMs();
        add(new Ban(network, BanCause.BLOCKLIST, list, 0, since, untilMs, 0));
      }
    }
    active.publish();
  }

  /** A list no longer has these. */
  void unlisted(String list, Collection<Cidr> networks) {
    for (Cidr each : networks) {
      Ban known = active.of(Ban.whole(each));
      if (known != null && isOf(known, list)) {
        end(known, BanEnd.UNLISTED);
      }
    }
    active.publish();
  }

  private static boolean isOf(Ban ban, String list) {
    return ban.cause() == BanCause.BLOCKLIST && ban.why().equals(list);
  }

  /**
   * Ends a ban before its time.
   *
   * @param madeMs one that was made later stays
   * @return false when there is none of just that
   */
  boolean lift(Cidr network, BanEnd how, long madeMs) {
    Ban known = active.of(network);
    if (known == null || known.sinceMs() > madeMs) {
      return false;
    }
    if (known.isSource()) {
      ScoredSource source = scored.known(known.key());
      if (source != null) {
        source.banned(0, 0);
      }
    }
    end(known, how);
    active.publish();
    return true;
  }

  /** Lifts what must not be banned any more. */
  void liftAllowed() {
    for (Ban each : List.copyOf(active.all())) {
      if (spare.allows(each.network())) {
        end(each, BanEnd.LIFTED);
      }
    }
    active.publish();
  }

  /** Nobody is banned any more; how often each was is remembered. */
  void off() {
    List.copyOf(active.all()).forEach(each -> end(each, BanEnd.OFF));
    active.publish();
  }

  /** Ends what is over. */
  void expire() {
    long nowMs = clockMs.getAsLong();
    for (Ban first = active.first();
        first != null && first.untilMs() <= nowMs;
        first = active.first()) {
      end(first, BanEnd.EXPIRED);
    }
    active.publish();
  }

  private void end(Ban ban, BanEnd how) {
    active.remove(ban);
    listeners.forEach(each -> each.onEnd(ban, how));
  }

  BanExplanation explain(Cidr asked) {
    long nowMs = clockMs.getAsLong();
    Cidr network = Ban.whole(asked);
    Ban ban = active.of(network);
    Ban around = active.around(network);
    boolean source = Ban.isSource(network);
    long key = SourceKey.of(network.address());
    @Nullable ScoredSource known = source ? scored.known(key) : null;
    String exempt =
        source ? spare.why(key, nowMs) : spare.allows(network) ? SpareSources.ALLOWED : "";
    return new BanExplanation(
        network,
        ban,
        around,
        exempt,
        known == null ? 0 : ScoredSource.whole(known.points(nowMs, settings.decay().toMillis())),
        settings.threshold(),
        known == null ? "" : known.why(),
        known == null ? 0 : known.firstMs(),
        known == null ? 0 : known.times());
  }

  /** How many sources have something against them. */
  int sources() {
    return scored.size();
  }

  /** The networks that are allowed. */
  CidrSet allowed() {
    return spare.allowed();
  }
}
