// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

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
public final class Rooms {
  /** What a room is. */
  public enum Kind {
    /** A conference of mod_conference; it lives while it has members. */
    CONFERENCE,
    /** A queue of mod_callcenter; it lives where it is configured. */
    QUEUE,
    /** A queue of mod_fifo. */
    FIFO
  }

  /**
   * A room and where it lives. Immutable.
   *
   * @param kind what it is
   * @param key what of its name a request is matched with
   * @param name as FreeSWITCH has it
   * @param backend where it lives
   * @param members who is in it
   */
  public record Room(Kind kind, String key, String name, Backend backend, int members) {}

  private static final Comparator<Room> BY_MEMBERS =
      Comparator.comparingInt(Room::members).reversed();

  // Of each key one room for each backend that has it, the home first. More than one: a queue that
  // is configured everywhere, or a room that was split.
  private final Map<String, List<Room>> rooms = new ConcurrentHashMap<>();

  /**
   * The backend where the room with that key lives, or null: of several that have one, that with
   * the most members, and among equals that which was first; one that is down only when no other
   * has it.
   */
  public @Nullable Backend homeOf(String key) {
    Room room = find(key);
    return room == null ? null : room.backend();
  }

  /**
   * The room with that key on the backend of {@link #homeOf}, or null. The same object as long as
   * nothing new is told of it.
   */
  public @Nullable Room find(String key) {
    List<Room> found = rooms.get(key);
    if (found == null) {
      return null;
    }
    for (Room room : found) {
      HealthState state = room.backend().health().state();
      if (state.alive() || state == HealthState.DRAINING) {
        return room;
      }
    }
    return found.getFirst();
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
    after.sort(BY_MEMBERS);
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
