// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

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

  private final Map<String, Room> rooms = new ConcurrentHashMap<>();

  /** The backend where the room with that key lives, or null. */
  public @Nullable Backend homeOf(String key) {
    Room room = rooms.get(key);
    return room == null ? null : room.backend();
  }

  /** The room with that key, or null. The same object as long as nothing new is told of it. */
  public @Nullable Room find(String key) {
    return rooms.get(key);
  }

  /** All rooms known, in no order. */
  public List<Room> all() {
    return List.copyOf(rooms.values());
  }

  /** It is there, with so many members; one known elsewhere under its key has moved. */
  public void put(Room room) {
    rooms.put(room.key(), room);
  }

  /** It is there no more. */
  public void remove(Backend backend, String key) {
    rooms.computeIfPresent(key, (k, room) -> room.backend() == backend ? null : room);
  }

  /** All that a backend had is gone: it died or was started anew. */
  public void lost(Backend backend) {
    rooms.values().removeIf(room -> room.backend() == backend);
  }
}
