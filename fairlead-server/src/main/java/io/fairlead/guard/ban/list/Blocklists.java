// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

import io.fairlead.guard.ban.Bans;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.HashMap;
import java.util.Map;

/** All blocklists, by name. Owned by whoever starts and reloads. */
public final class Blocklists {
  private final Bans bans;
  private final Meters meters;
  private Map<String, Blocklist> lists = new HashMap<>();

  /** None yet. */
  public Blocklists(Bans bans, Meters meters) {
    this.bans = bans;
    this.meters = meters;
  }

  /** Reads these from now on; what a list has brought that is no longer here is lifted. */
  public void take(Map<String, BlocklistSettings> settings) {
    Map<String, Blocklist> next = new HashMap<>();
    lists.forEach((name, list) -> {
      if (list.settings().equals(settings.get(name))) {
        next.put(name, list);
      } else {
        list.close();
        list.withdraw();
        meters.remove(Meter.BLOCKLIST_ENTRIES, name);
      }
    });
    settings.forEach((name, each) -> {
      if (!next.containsKey(name)) {
        next.put(name, new Blocklist(name, each, bans, meters));
      }
    });
    lists = next;
  }

  /** Reads no more; bans stay. */
  public void close() {
    lists.values().forEach(Blocklist::close);
    lists = new HashMap<>();
  }
}
