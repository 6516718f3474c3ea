// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.esl.EslSettings;
import io.fairlead.transport.tls.TlsClientSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One backend of a pool. Immutable. */
public record BackendSettings(
    @Setting(doc = "Its name in logs, meters and commands. Without one: host:port of the URI.")
        @Nullable String name,
    @Setting(
            doc =
                "Where it is. `;transport=` udp, tcp, tls, ws or wss, else UDP. A host name stands"
                    + " for all servers it leads to: without a port by its SRV records, else by its"
                    + " addresses. Each is a backend of its own.",
            shortForm = true)
        BackendUri uri,
    @Setting(
            doc =
                "Its share of new calls beside the others. With 0 it gets none. p2c and least-load"
                    + " go by the size instead, where `max-calls` or FreeSWITCH's Max-Sessions"
                    + " tells that of all.",
            value = "1")
        int weight,
    @Setting(
            doc =
                "Backends with the lowest number are used first; the next ones only when none of"
                    + " those can take the call.",
            value = "1")
        int priority,
    @Setting(doc = "How many live calls it may have; without it there is no limit.")
        @Nullable Integer maxCalls,
    @Setting(doc = "Words for people; they change nothing in balancing.") List<String> tags,
    @Setting(
            doc =
                "The network of the listeners it is reached by, as `network` names it there."
                    + " Without it: that of the pool, else what the kernel routes.")
        @Nullable String network,
    @Setting(
            doc =
                "How its certificate is verified, and what we show it, over TLS or secure"
                    + " WebSocket. Without it: as the pool says.")
        @Nullable TlsClientSettings tls,
    @Setting(
            doc =
                "How many calls per second it may be given, evenly spaced. More go to a backend"
                    + " that has a place now; when none has, they wait for up to the pool's"
                    + " `cps-queue`, else they are refused. Calls of routes with `mode: proxy`"
                    + " count. Without it there is no limit.")
        @Nullable Integer maxCps,
    @Setting(
            doc =
                "What it has of named resources, `{ conference: 50 }`, for routes that say"
                    + " `resource`. One that a backend does not name it does not have.")
        Map<String, Integer> resources,
    @Setting(doc = "Its own event socket: of the pool's `esl` no key counts then.")
        @Nullable EslSettings esl) {
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
    if (maxCps != null && maxCps < 1) {
      throw new SettingException("max-cps", "expected 1 or more, not " + maxCps);
    }
    tags = List.copyOf(tags);
    resources = Map.copyOf(resources);
    resources.forEach((resource, capacity) -> {
      if (resource.isBlank()) {
        throw new SettingException("resources", "the name of a resource is empty");
      }
      if (capacity < 0) {
        throw new SettingException("resources." + resource, "expected 0 or more, not " + capacity);
      }
    });
  }

  /** A backend with only a URI; all else as when left out. */
  public static BackendSettings at(String uri) {
    return new BackendSettings(
        null, BackendUri.parse(uri), 1, 1, null, List.of(), null, null, null, Map.of(), null);
  }

  /** The same with what its pool says, where it says nothing itself. */
  BackendSettings in(
      @Nullable String poolNetwork,
      @Nullable TlsClientSettings poolTls,
      @Nullable EslSettings poolEsl) {
    return new BackendSettings(
        name,
        uri,
        weight,
        priority,
        maxCalls,
        tags,
        network == null ? poolNetwork : network,
        tls == null ? poolTls : tls,
        maxCps,
        resources,
        esl == null ? poolEsl : esl);
  }

  /** One of the servers that its host name leads to. */
  BackendSettings as(String ownName, BackendUri ownUri, int ownWeight) {
    return new BackendSettings(
        ownName, ownUri, ownWeight, priority, maxCalls, tags, network, tls, maxCps, resources, esl);
  }

  /** The name as configured, or host:port of the URI. */
  public String title() {
    return name != null ? name : uri.hostPort();
  }
}
