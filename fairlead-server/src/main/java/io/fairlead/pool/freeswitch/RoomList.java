// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslAnswer;
import io.fairlead.esl.EslEvent;
import io.fairlead.esl.EslSession;
import io.fairlead.esl.EslSettings;
import io.fairlead.observe.Counter;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Rooms;
import io.fairlead.pool.Rooms.Kind;
import io.fairlead.pool.Rooms.Room;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The conferences and queues of one FreeSWITCH: asked for as lists, kept by events in between. What
 * an event said while a list was on its way is newer than the list.
 *
 * <p>Owned by one loop, the pool's home.
 */
final class RoomList {
  private static final int LONGEST_NAME = 256;

  private record Named(Kind kind, String name) {}

  private final Backend backend;
  private final Rooms rooms;
  private final Pattern keyOf;
  private final int most;
  private final Counter unknown;
  private final Map<Named, Room> known = new HashMap<>();
  private final Map<String, Set<Named>> byKey = new HashMap<>();
  private final Set<Named> changedMeanwhile = new HashSet<>();
  private int underWay;
  private int round;

  /**
   * @param unknown counts rooms that are not remembered, because there are too many
   */
  RoomList(Backend backend, Rooms rooms, EslSettings settings, Counter unknown) {
    this.backend = backend;
    this.rooms = rooms;
    this.keyOf = Pattern.compile(settings.roomKey());
    this.most = settings.maxRooms();
    this.unknown = unknown;
  }

  /** How many there are. */
  int size() {
    return known.size();
  }

  /** Asks for all of them; not again while answers to that are outstanding. */
  void ask(EslSession session) {
    if (underWay > 0) {
      return;
    }
    underWay = Kind.values().length;
    changedMeanwhile.clear();
    int asked = round;
    for (Kind kind : Kind.values()) {
      session.api(Listings.command(kind), answer -> onAnswer(kind, answer, asked));
    }
  }

  /** Asks for all of them, also while answers are outstanding: those are of no use any more. */
  void askAnew(EslSession session) {
    round++;
    underWay = 0;
    ask(session);
  }

  private void onAnswer(Kind kind, EslAnswer answer, int asked) {
    if (asked != round) {
      return;
    }
    underWay--;
    if (answer instanceof EslAnswer.Text text) {
      // -ERR: the module is not loaded, so it has none.
      take(kind, text.isError() ? Map.of() : Listings.read(kind, text.body()));
    }
  }

  private void take(Kind kind, Map<String, Integer> listed) {
    for (Named each : List.copyOf(known.keySet())) {
      if (each.kind() == kind && !listed.containsKey(each.name())) {
        fromList(each, null);
      }
    }
    listed.forEach((name, members) -> fromList(new Named(kind, name), members));
  }

  private void fromList(Named named, @Nullable Integer members) {
    if (changedMeanwhile.contains(named)) {
      return;
    }
    if (members == null) {
      remove(named);
    } else {
      put(named, members == Listings.UNSAID ? members(named) : members);
    }
  }

  /** Takes what an event says of a room, if it is about one. */
  void onEvent(EslEvent event) {
    switch (event.subclass()) {
      case "conference::maintenance" -> onConference(event);
      case "callcenter::info" -> onQueue(event);
      case "fifo::info" -> onFifo(event);
      default -> {}
    }
  }

  private void onConference(EslEvent event) {
    String name = event.header("Conference-Name");
    String action = event.header("Action");
    if (name == null || action == null) {
      return;
    }
    Named named = new Named(Kind.CONFERENCE, name);
    switch (action) {
      case "conference-destroy" -> changed(named, null);
      case "conference-create", "add-member", "del-member" ->
          changed(named, count(event, "Conference-Size", members(named)));
      default -> {}
    }
  }

  private void onQueue(EslEvent event) {
    String name = event.header("CC-Queue");
    if (name != null && "members-count".equals(event.header("CC-Action"))) {
      Named named = new Named(Kind.QUEUE, name);
      changed(named, count(event, "CC-Count", members(named)));
    }
  }

  // It does not say how many wait; the next list does.
  private void onFifo(EslEvent event) {
    String name = event.header("FIFO-Name");
    String action = event.header("FIFO-Action");
    if (name == null || action == null) {
      return;
    }
    Named named = new Named(Kind.FIFO, name);
    int more =
        switch (action) {
          case "push" -> 1;
          case "abort", "caller_pop" -> -1;
          default -> 0;
        };
    changed(named, Math.max(0, members(named) + more));
  }

  private static int count(EslEvent event, String header, int otherwise) {
    return Math.clamp(event.number(header, otherwise), 0, Integer.MAX_VALUE);
  }

  private void changed(Named named, @Nullable Integer members) {
    if (underWay > 0 && changedMeanwhile.size() < most) {
      changedMeanwhile.add(named);
    }
    if (members == null) {
      remove(named);
    } else {
      put(named, members);
    }
  }

  /** All are gone; lists still on their way are of no use. */
  void forget() {
    round++;
    underWay = 0;
    known.clear();
    byKey.clear();
    rooms.lost(backend);
  }

  private int members(Named named) {
    Room room = known.get(named);
    return room == null ? 0 : room.members();
  }

  private void put(Named named, int members) {
    Room before = known.get(named);
    if (before != null && before.members() == members) {
      return;
    }
    String key = before == null ? key(named.name()) : before.key();
    if (key == null) {
      return;
    }
    if (before == null && known.size() >= most) {
      unknown.add();
      return;
    }
    known.put(named, new Room(named.kind(), key, named.name(), backend, members));
    byKey.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(named);
    publish(key);
  }

  private void remove(Named named) {
    Room before = known.remove(named);
    if (before == null) {
      return;
    }
    Set<Named> others = byKey.get(before.key());
    if (others != null) {
      others.remove(named);
      if (others.isEmpty()) {
        byKey.remove(before.key());
      }
    }
    publish(before.key());
  }

  // Several names may have one key: the fullest stands for them.
  private void publish(String key) {
    List<Room> same = new ArrayList<>();
    for (Named named : byKey.getOrDefault(key, Set.of())) {
      Room room = known.get(named);
      if (room != null) {
        same.add(room);
      }
    }
    Room fullest = null;
    for (Room room : same) {
      fullest = fullest == null || room.members() > fullest.members() ? room : fullest;
    }
    if (fullest == null) {
      rooms.remove(backend, key);
    } else {
      rooms.put(fullest);
    }
  }

  private @Nullable String key(String name) {
    if (name.length() > LONGEST_NAME) {
      return null;
    }
    Matcher matcher = keyOf.matcher(name);
    if (!matcher.lookingAt()) {
      return null;
    }
    String key = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    return key == null || key.isEmpty() ? null : key;
  }
}
