// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.outlet;

import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanCause;
import io.fairlead.guard.ban.BanEnd;
import io.fairlead.guard.ban.BanListener;
import io.fairlead.guard.ban.Bans;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Counter;
import io.fairlead.store.SharedRecords;
import io.fairlead.store.SharedStoreSettings;
import java.time.Duration;
import java.util.Collection;

/**
 * Tells the other nodes of a cluster whom this one has banned, by points or by order, and whose ban
 * an operator has lifted; and hears the same of them. What a node banned for a blocklist or for
 * another node it keeps to itself. Shared: see docs/ownership.md.
 */
final class SharedBans implements BanListener {
  private static final String LIFTED = "lifted\t";
  // Longer than a node that is cut off may hold the ban and not have heard.
  private static final long REMEMBER_MS = Duration.ofDays(1).toMillis();

  private final Bans bans;
  private final SharedRecords records;

  SharedBans(Bans bans, SharedStoreSettings settings, int node, Counter losses) {
    this.bans = bans;
    this.records = SharedRecords.bans(settings, node, losses, this::own, this::heard);
  }

  @Override
  public void onBan(Ban ban) {
    if (isOurs(ban)) {
      records.put(entry(ban));
    }
  }

  @Override
  public void onEnd(Ban ban, BanEnd how) {
    if (how == BanEnd.LIFTED && ban.cause() != BanCause.BLOCKLIST) {
      long nowMs = bans.nowMs();
      records.put(
          new SharedRecords.Entry(ban.text(), nowMs, nowMs + REMEMBER_MS, LIFTED + ban.text()));
    }
  }

  private static boolean isOurs(Ban ban) {
    return ban.cause() == BanCause.POINTS || ban.cause() == BanCause.OPERATOR;
  }

  // Its time is that of its making: what was lifted meanwhile stays lifted.
  private static SharedRecords.Entry entry(Ban ban) {
    return new SharedRecords.Entry(ban.text(), ban.sinceMs(), ban.untilMs(), BanLine.write(ban));
  }

  private Collection<SharedRecords.Entry> own() {
    return bans.all().stream().filter(SharedBans::isOurs).map(SharedBans::entry).toList();
  }

  private void heard(long atMs, String text) {
    if (text.startsWith(LIFTED)) {
      try {
        bans.sharedLift(Cidr.parse(text.substring(LIFTED.length())), atMs);
      } catch (IllegalArgumentException e) {
        // Not of this version: another node's business.
        return;
      }
    }
    Ban ban = BanLine.read(text);
    if (ban != null && isOurs(ban)) {
      bans.shared(
          new Ban(
              ban.network(),
              BanCause.CLUSTER,
              ban.why(),
              ban.points(),
              ban.sinceMs(),
              ban.untilMs(),
              ban.times()));
    }
  }

  void close() {
    records.close();
  }
}
