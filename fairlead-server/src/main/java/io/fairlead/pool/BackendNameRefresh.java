// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dns.LocatedServers;
import io.fairlead.dns.LocatedServers.Server;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of backends that are configured by host name, looked up again when the lifetime of an
 * answer ends. What was found stays in use while no answer comes, or an empty one. It outlives
 * reloads.
 *
 * <p>Look-ups are ordered and heard of on the pools' home loop; what was found may be read by any
 * thread. Shared: see docs/ownership.md.
 */
final class BackendNameRefresh {
  /** Who uses it; called on the home loop. */
  interface Reader {
    /** A name has other servers than before. */
    void onServers();

    /** A name has none, and never had any. */
    void onMissing(BackendUri uri, String why);
  }

  private static final Logger LOG = LoggerFactory.getLogger(BackendNameRefresh.class);

  // Answers come in any order.
  private static final Comparator<Server> ORDER =
      Comparator.comparingInt(Server::rank)
          .thenComparing(server -> server.target().address().getAddress().getHostAddress())
          .thenComparingInt(server -> server.target().address().getPort());

  private final Loop home;
  private final BackendResolver names;
  private final Map<BackendUri, List<Server>> found = new ConcurrentHashMap<>();
  private final Map<BackendUri, Entry> entries = new HashMap<>();

  BackendNameRefresh(Loop home, BackendResolver names) {
    this.home = home;
    this.names = names;
  }

  /** The servers a configured backend stands for now. */
  List<ResolvedBackend> members(BackendSettings settings) {
    List<Server> servers = found.get(settings.uri());
    return servers == null
        ? List.of(ResolvedBackend.itself(settings))
        : ResolvedBackend.of(settings, servers);
  }

  /** Looks up all names among these, and no others any more; on the home loop. */
  void watch(Map<String, PoolSettings> pools, Reader reader) {
    Map<BackendUri, Long> wanted = new HashMap<>();
    for (PoolSettings pool : pools.values()) {
      for (BackendSettings backend : pool.backends()) {
        if (LiteralAddresses.literal(backend.uri()) == null) {
          wanted.merge(backend.uri(), pool.resolveInterval().toNanos(), Math::min);
        }
      }
    }
    entries.entrySet().removeIf(old -> !wanted.containsKey(old.getKey()) && old.getValue().stop());
    found.keySet().retainAll(wanted.keySet());
    List<Entry> begun = new ArrayList<>();
    wanted.forEach((uri, floorNs) -> {
      Entry entry = entries.get(uri);
      if (entry == null) {
        entry = new Entry(uri);
        entries.put(uri, entry);
        begun.add(entry);
      }
      entry.reader = reader;
      entry.floorNs = floorNs;
    });
    begun.forEach(Entry::onTimer);
  }

  /** Looks up nothing any more; on the home loop. */
  void stop() {
    entries.values().removeIf(Entry::stop);
  }

  private static final Reader NOBODY =
      new Reader() {
        @Override
        public void onServers() {}

        @Override
        public void onMissing(BackendUri uri, String why) {}
      };

  private final class Entry extends Timer {
    private final BackendUri uri;
    private Reader reader = NOBODY;
    private long floorNs;
    private boolean stopped;
    private boolean failing;

    Entry(BackendUri uri) {
      this.uri = uri;
    }

    boolean stop() {
      stopped = true;
      home.timers().cancel(this);
      return true;
    }

    @Override
    protected void onTimer() {
      names.servers(uri, home, this::onAnswer);
    }

    @Override
    protected boolean repeats() {
      return true;
    }

    private void onAnswer(LocatedServers servers) {
      if (stopped) {
        return;
      }
      home.timers().schedule(this, Math.max(floorNs, servers.ttlNs()));
      List<Server> before = found.get(uri);
      if (!servers.all().isEmpty()) {
        failing = false;
        onFound(before, servers);
      } else if (before == null) {
        reader.onMissing(uri, "cannot resolve " + uri.host());
      } else if (!failing) {
        failing = true;
        LOG.warn("backends of {}: {}; those known stay in use", uri.host(), servers.why());
      }
    }

    private void onFound(@Nullable List<Server> before, LocatedServers servers) {
      Set<Server> now = new LinkedHashSet<>(servers.all());
      if (before != null && !servers.complete()) {
        // What could not be asked for may be there as before.
        Set<Object> places = new LinkedHashSet<>();
        now.forEach(server -> places.add(server.target()));
        before.stream().filter(s -> !places.contains(s.target())).forEach(now::add);
      }
      List<Server> sorted = now.stream().sorted(ORDER).toList();
      if (!sorted.equals(before)) {
        LOG.info("backends of {}: {}", uri.host(), places(sorted));
        found.put(uri, sorted);
        reader.onServers();
      }
    }

    private static List<String> places(List<Server> servers) {
      return servers.stream()
          .map(server -> server.target().address())
          .map(at -> at.getAddress().getHostAddress() + " port " + at.getPort())
          .toList();
    }
  }
}
