// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One backend of a pool. Immutable. */
public record BackendSettings(
    @Setting(doc = "Its name in logs, meters and commands. Without one: host:port of the URI.")
        @Nullable String name,
    @Setting(
            doc =
                "Where it is. `;transport=tcp` for TCP, else UDP. A host name stands for all"
                    + " servers it leads to: without a port by its SRV records, else by its"
                    + " addresses. Each is a backend of its own.",
            shortForm = true)
        BackendUri uri,
    @Setting(doc = "Its share of new calls beside the others. With 0 it gets none.", value = "1")
        int weight,
    @Setting(
            doc =
                "Backends with the lowest number are used first; the next ones only when none of"
                    + " those can take the call.",
            value = "1")
        int priority,
    @Setting(doc = "How many live calls it may have; without it there is no limit.")
        @Nullable Integer maxCalls,
    @Setting(doc = "Words for people; they change nothing in balancing.") List<String> tags) {
  /** The largest weight. */
  static final int MAX_WEIGHT = 10_000;

  public BackendSettings {
    if (name != null && name.isBlank()) {
      throw new SettingException("name", "the name is empty");
    }
    if (weight < 0 || weight > MAX_WEIGHT) {
      throw new SettingException("weight", "expected 0 to " + MAX_WEIGHT + ", not " + weight);
    }
    if (priority < 0) {
      throw new SettingException("priority", "expected 0 or more, not " + priority);
    }
    if (maxCalls != null && maxCalls < 1) {
      throw new SettingException("max-calls", "expected 1 or more, not " + maxCalls);
    }
    tags = List.copyOf(tags);
  }

  /** A backend with only a URI; all else as when left out. */
  public static BackendSettings at(String uri) {
    return new BackendSettings(null, BackendUri.parse(uri), 1, 1, null, List.of());
  }

  /** One of the servers that its host name leads to. */
  BackendSettings as(String ownName, BackendUri ownUri, int ownWeight) {
    return new BackendSettings(ownName, ownUri, ownWeight, priority, maxCalls, tags);
  }

  /** The name as configured, or host:port of the URI. */
  public String title() {
    return name != null ? name : uri.hostPort();
  }
}
