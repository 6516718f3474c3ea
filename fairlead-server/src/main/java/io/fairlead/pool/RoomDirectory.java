// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.affinity.RendezvousHash;
import io.fairlead.pool.freeswitch.RoomReport;
import io.fairlead.pool.health.HealthState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which conferences and queues live on which backend of a pool, as the backends tell themselves.
 *
 * <p>Written on the pools' home loop, read by every loop. Shared: see docs/ownership.md.
 */
public final class RoomDirectory {
  /**
   * A room and where it lives. Immutable.
   *
   * @param said what its FreeSWITCH said of it last
   * @param backend where it lives
   */
  public record Room(RoomReport said, Backend backend) {
    /** One that has just been told of, without agents. */
    public Room(RoomReport.Kind kind, String key, String name, Backend backend, int members) {
      this(new RoomReport(kind, key, name, members, 0, false), backend);
    }

    /** True when nothing new was told of it since the other, however equal that were. */
    @SuppressWarnings("ReferenceEquality") // The same told anew is news.
    public boolean isStill(@Nullable Room other) {
      return other != null && other.backend == backend && other.said == said;
    }

    /** What of its name a request is matched with. */
    public String key() {
      return said.key();
    }

    /** Members and agents. */
    public int people() {
      return said.people();
    }

    /** True when it says little: nobody is there, or it is doubted. */
    public boolean vague() {
      return said.vague();
    }
  }

  private static final Comparator<Room> BY_PEOPLE =
      Comparator.comparing(Room::said, RoomReport.BY_PEOPLE);

  private static final Comparator<Backend> BY_TIER =
      Comparator.<Backend>comparingInt(backend -> backend.settings().priority())
          .thenComparingInt(Backend::rank);

  // Of each key one room for each backend that has it, the home first. More than one: a queue that
  // is configured everywhere, or a room that was split.
  private final Map<String, List<Room>> rooms = new ConcurrentHashMap<>();

  /**
   * The room with that key, or null. When several backends have one, that which has agents, then
   * the most people, before one that is doubted; one that is down only when no other has it. Among
   * equals the hash decides, so that all nodes agree. {@linkplain Room#isStill The same} as long as
   * nothing new is told of it.
   *
   * @param hash of the key, the same on every node
   */
  public @Nullable Room find(String key, long hash) {
    List<Room> found = rooms.get(key);
    if (found == null) {
      return null;
    }
    Room best = null;
    for (Room room : found) {
      if (lives(room) && (best == null || isBefore(room, best, hash))) {
        best = room;
      }
    }
    return best == null ? found.getFirst() : best;
  }

  private static boolean lives(Room room) {
    HealthState state = room.backend().health().state();
    return state.alive() || state == HealthState.DRAINING;
  }

  private static boolean isBefore(Room room, Room best, long hash) {
    int order = BY_PEOPLE.compare(room, best);
    if (order != 0) {
      return order < 0;
    }
    boolean takes = room.backend().takesCalls();
    if (room.people() == 0 && takes != best.backend().takesCalls()) {
      return takes;
    }
    int tier = BY_TIER.compare(room.backend(), best.backend());
    return tier != 0 ? tier < 0 : cost(room, hash) < cost(best, hash);
  }

  private static double cost(Room room, long hash) {
    Backend backend = room.backend();
    return RendezvousHash.cost(hash, backend.name(), backend.settings().weight());
  }

  /** All rooms known, in no order; one that several backends have is there several times. */
  public List<Room> all() {
    return rooms.values().stream().flatMap(List::stream).toList();
  }

  /** It is there, with so many members. */
  public void put(Room room) {
    rooms.merge(room.key(), List.of(room), (before, one) -> with(before, room));
  }

  private static List<Room> with(List<Room> before, Room room) {
    List<Room> after = new ArrayList<>(before);
    after.replaceAll(each -> each.backend() == room.backend() ? room : each);
    if (!after.contains(room)) {
      after.add(room);
    }
    after.sort(BY_PEOPLE);
    return List.copyOf(after);
  }

  /** It is there no more. */
  public void remove(Backend backend, String key) {
    rooms.computeIfPresent(key, (k, before) -> without(before, backend));
  }

  /** All that a backend had is gone: it died or was started anew. */
  public void lost(Backend backend) {
    rooms.keySet().forEach(key -> remove(backend, key));
  }

  private static @Nullable List<Room> without(List<Room> before, Backend backend) {
    List<Room> after = before.stream().filter(room -> room.backend() != backend).toList();
    return after.isEmpty() ? null : after;
  }
}
