// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.guard.limit.LimitSettings;
import io.fairlead.guard.limit.LimitStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of the guard written down. Stateless. */
final class LimitReport {
  /** How many keys of a limit an answer has at most, so that it stays a line. */
  static final int MOST = 1000;

  private LimitReport() {}

  /** All of them, and their largest holders. */
  static Map<String, @Nullable Object> map(List<LimitStatus> limits, long nowMs) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("limits", limits.stream().map(each -> limit(each, nowMs)).toList());
    return map;
  }

  private static Map<String, @Nullable Object> limit(LimitStatus limit, long nowMs) {
    LimitSettings settings = limit.settings();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", settings.name());
    map.put("key", settings.key().stream().map(String::valueOf).toList());
    put(map, "max-calls", settings.maxCalls());
    put(map, "max-cps", settings.maxCps());
    text(map, "rate", settings.rate());
    text(map, "new-destinations", settings.newDestinations());
    text(map, "max-minutes", settings.maxMinutes());
    map.put("scope", settings.scope().name().toLowerCase(java.util.Locale.ROOT));
    map.put("over", settings.over().action().name().toLowerCase(java.util.Locale.ROOT));
    map.put("keys", limit.keys());
    map.put("calls", limit.calls());
    map.put("refused", limit.refused());
    map.put("alarms", limit.alarms());
    map.put("unkept", limit.unkept());
    map.put("holders", limit.holders().stream().map(each -> holder(each, nowMs)).toList());
    return map;
  }

  private static Map<String, @Nullable Object> holder(LimitStatus.Holder holder, long nowMs) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("key", holder.key());
    map.put("calls", holder.calls());
    map.put("refused", holder.refused());
    if (holder.refusedMs() > 0) {
      map.put("refused-ago-s", Math.max(0, (nowMs - holder.refusedMs()) / 1000));
    }
    return map;
  }

  private static void put(Map<String, @Nullable Object> map, String name, @Nullable Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private static void text(Map<String, @Nullable Object> map, String name, @Nullable Object value) {
    put(map, name, value == null ? null : value.toString());
  }
}
