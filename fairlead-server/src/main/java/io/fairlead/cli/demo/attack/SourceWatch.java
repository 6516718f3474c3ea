// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanExplanation;
import io.fairlead.guard.ban.Bans;
import io.fairlead.net.Cidr;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Fairlead holds of a source, asked again and again, and what is new in it. The home loop
 * writes the latest answer; all else is the main thread's.
 */
public final class SourceWatch {
  private static final int BAR = 10;

  private final Bans bans;
  private final Attacker attacker;
  private final Cidr network;
  private volatile @Nullable BanExplanation latest;
  private boolean wasBanned;
  private int bansSeen;
  private int pointsSaid;
  private boolean saidSpared;

  /**
   * @param attacker who sends from the source
   */
  public SourceWatch(Bans bans, Attacker attacker) {
    this.bans = bans;
    this.attacker = attacker;
    this.network = new Cidr(attacker.address(), 32);
  }

  /** Who sends from it. */
  public Attacker attacker() {
    return attacker;
  }

  /** The source as text. */
  public String address() {
    return Ban.text(network);
  }

  /** Asks how it stands with it; the answer comes later. */
  public void ask() {
    bans.explain(network, answer -> latest = answer);
  }

  /** How often it has been banned, as far as was seen. */
  public int bansSeen() {
    return bansSeen;
  }

  /** Points, as a bar and a number. */
  public String points() {
    BanExplanation now = latest;
    if (now == null) {
      return "";
    }
    Ban ban = now.ban();
    int points = ban == null ? now.points() : ban.points();
    int full = Math.min(BAR, points * BAR / now.threshold());
    return "%s%s %3d".formatted("#".repeat(full), ".".repeat(BAR - full), points);
  }

  /** What becomes of it, in a few words. */
  public String state(String otherwise) {
    BanExplanation now = latest;
    if (now == null || attacker.sent() == 0) {
      return "-";
    }
    Ban ban = now.ban();
    if (ban != null) {
      return "BANNED, %d s left".formatted(left(ban));
    }
    return now.exempt().isEmpty() ? otherwise : "spared: its other phones are good";
  }

  /** What has happened since it was asked before. */
  public Optional<String> news() {
    BanExplanation now = latest;
    if (now == null) {
      return Optional.empty();
    }
    Ban ban = now.ban();
    if (ban != null && !wasBanned) {
      wasBanned = true;
      bansSeen++;
      pointsSaid = 0;
      return Optional.of(
          "%s is banned for %d s: %s"
              .formatted(address(), (ban.untilMs() - ban.sinceMs()) / 1000, ban.why()));
    }
    if (ban == null && wasBanned) {
      wasBanned = false;
      return Optional.of("the ban of " + address() + " is over; the next is twice as long");
    }
    if (ban == null && !now.exempt().isEmpty() && now.points() >= now.threshold() && !saidSpared) {
      saidSpared = true;
      return Optional.of(address() + " would be banned, but is not: " + now.exempt());
    }
    return offences(now);
  }

  private Optional<String> offences(BanExplanation now) {
    int half = now.threshold() / 2;
    if (now.ban() != null || now.points() < half || pointsSaid >= half) {
      return Optional.empty();
    }
    pointsSaid = now.points();
    return Optional.of(
        "%s has %d points of %d: %s"
            .formatted(address(), now.points(), now.threshold(), now.offences()));
  }

  /** What an operator is told who asks why. */
  public Optional<String> why() {
    BanExplanation now = latest;
    Ban ban = now == null ? null : now.ban();
    return ban == null
        ? Optional.empty()
        : Optional.of(
            "%s is banned for %s (%d points) since %s, until %s"
                .formatted(
                    address(),
                    ban.why(),
                    ban.points(),
                    clock(ban.sinceMs()),
                    clock(ban.untilMs())));
  }

  private long left(Ban ban) {
    return Math.max(0, (ban.untilMs() - bans.nowMs() + 999) / 1000);
  }

  private static String clock(long epochMs) {
    return Instant.ofEpochMilli(epochMs)
        .atZone(ZoneId.systemDefault())
        .toLocalTime()
        .truncatedTo(ChronoUnit.SECONDS)
        .toString();
  }
}
