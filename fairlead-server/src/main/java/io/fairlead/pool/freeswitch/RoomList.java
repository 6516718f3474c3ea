// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslEvent;
import io.fairlead.esl.EslReply;
import io.fairlead.esl.EslSession;
import io.fairlead.esl.EslSettings;
import io.fairlead.observe.Counter;
import io.fairlead.pool.freeswitch.RoomListParser.People;
import io.fairlead.pool.freeswitch.RoomReport.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
final class RoomList implements QueueCounts.Taker {
  private static final int LONGEST_NAME = 256;
  private static final String ALL_QUEUES = "*";

  private record Named(Kind kind, String name) {}

  private final MonitoredBackend backend;
  private final Pattern keyOf;
  private final int most;
  private final Counter unknown;
  private final Map<Named, RoomReport> known = new HashMap<>();
  private final Map<String, Set<Named>> byKey = new HashMap<>();
  private final Set<Named> changedMeanwhile = new HashSet<>();
  private final QueueCounts people = new QueueCounts(this);
  private @Nullable Named counting;
  private int underWay;
  private int round;

  /**
   * @param unknown counts rooms that are not remembered, because there are too many
   */
  RoomList(MonitoredBackend backend, EslSettings settings, Counter unknown) {
    this.backend = backend;
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
      session.api(RoomListParser.command(kind), answer -> onAnswer(session, kind, answer, asked));
    }
  }

  /** Asks for all of them, also while answers are outstanding: those are of no use any more. */
  void askAnew(EslSession session) {
    stopAsking();
    ask(session);
  }

  private void onAnswer(EslSession session, Kind kind, EslReply answer, int asked) {
    if (asked != round) {
      return;
    }
    underWay--;
    if (answer instanceof EslReply.Text text) {
      // -ERR: the module is not loaded, so it has none.
      Map<String, People> listed =
          text.isError() ? Map.of() : RoomListParser.read(kind, text.body());
      take(kind, listed);
      if (kind == Kind.QUEUE) {
        people.ask(session, List.copyOf(listed.keySet()));
      }
    }
  }

  private void take(Kind kind, Map<String, People> listed) {
    for (Named each : List.copyOf(known.keySet())) {
      if (each.kind() == kind && !listed.containsKey(each.name())) {
        fromList(each, null);
      }
    }
    listed.forEach((name, people) -> fromList(new Named(kind, name), people));
  }

  private void fromList(Named named, @Nullable People people) {
    if (changedMeanwhile.contains(named)) {
      return;
    }
    if (people == null) {
      remove(named);
    } else {
      put(named, people.equals(People.UNSAID) ? believed(named) : people);
    }
  }

  // ---- queues, whose list does not say who is there ----

  @Override
  public void onAsked(String queue) {
    counting = new Named(Kind.QUEUE, queue);
  }

  @Override
  public void onCounted(String queue, int members, int agents) {
    Named named = new Named(Kind.QUEUE, queue);
    RoomReport room = known.get(named);
    if (room != null) {
      boolean current = named.equals(counting);
      put(named, new People(current ? members : room.members(), agents));
    }
  }

  // ---- events ----

  /**
   * Takes what an event says of a room, if it is about one.
   *
   * @return true when something changed that only the lists say
   */
  boolean onEvent(EslEvent event) {
    switch (event.subclass()) {
      case "conference::maintenance" -> onConference(event);
      case "callcenter::info" -> {
        return onQueue(event);
      }
      case "fifo::info" -> onFifo(event);
      default -> {}
    }
    return false;
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
          changed(named, new People(count(event, "Conference-Size", members(named)), 0));
      default -> {}
    }
  }

  private boolean onQueue(EslEvent event) {
    String name = event.header("CC-Queue");
    String action = String.valueOf(event.header("CC-Action"));
    if (name != null && action.equals("members-count") && !name.equals(ALL_QUEUES)) {
      Named named = new Named(Kind.QUEUE, name);
      People before = believed(named);
      changed(named, new People(count(event, "CC-Count", before.members()), before.agents()));
    }
    return action.equals("agent-status-change") || action.equals("agent-add");
  }

  // It does not say how many wait; the next list does.
  private void onFifo(EslEvent event) {
    String name = event.header("FIFO-Name");
    String action = event.header("FIFO-Action");
    if (name == null || action == null || name.equals(RoomListParser.MANUAL)) {
      return;
    }
    Named named = new Named(Kind.FIFO, name);
    People before = believed(named);
    People now =
        switch (action) {
          case "push" -> new People(before.members() + 1, before.agents());
          case "abort", "timeout", "caller_pop" ->
              new People(Math.max(0, before.members() - 1), before.agents());
          case "consumer_start" -> new People(before.members(), before.agents() + 1);
          case "consumer_stop" -> new People(before.members(), Math.max(0, before.agents() - 1));
          default -> before;
        };
    changed(named, now);
  }

  private static int count(EslEvent event, String header, int otherwise) {
    return Math.clamp(event.number(header, otherwise), 0, Integer.MAX_VALUE);
  }

  private void changed(Named named, @Nullable People now) {
    counting = named.equals(counting) ? null : counting;
    if (underWay > 0 && changedMeanwhile.size() < most) {
      changedMeanwhile.add(named);
    }
    if (now == null) {
      remove(named);
    } else {
      put(named, now);
    }
  }

  /** All are gone; lists still on their way are of no use. */
  void forget() {
    stopAsking();
    known.clear();
    byKey.clear();
    backend.onRoomsGone();
  }

  private void stopAsking() {
    round++;
    underWay = 0;
    people.forget();
  }

  /**
   * It was cut off, or does not answer: what is known is doubted until it says it again, for it may
   * come back as another that has nothing of it.
   */
  void doubt() {
    for (Named named : List.copyOf(known.keySet())) {
      RoomReport room = Objects.requireNonNull(known.get(named));
      known.put(named, room.inDoubt());
      publish(room.key());
    }
  }

  /** It was started anew: what is doubted is gone. */
  void forgetDoubted() {
    for (Named named : List.copyOf(known.keySet())) {
      if (Objects.requireNonNull(known.get(named)).doubted()) {
        remove(named);
      }
    }
  }

  // What was doubted may have come about otherwise since.
  private People believed(Named named) {
    RoomReport room = known.get(named);
    return room == null || room.doubted() ? People.NONE : new People(room.members(), room.agents());
  }

  private int members(Named named) {
    return believed(named).members();
  }

  private void put(Named named, People now) {
    RoomReport before = known.get(named);
    if (before != null
        && !before.doubted()
        && before.members() == now.members()
        && before.agents() == now.agents()) {
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
    known.put(
        named, new RoomReport(named.kind(), key, named.name(), now.members(), now.agents(), false));
    byKey.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(named);
    publish(key);
  }

  private void remove(Named named) {
    RoomReport before = known.remove(named);
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
    List<RoomReport> same = new ArrayList<>();
    for (Named named : byKey.getOrDefault(key, Set.of())) {
      RoomReport room = known.get(named);
      if (room != null) {
        same.add(room);
      }
    }
    RoomReport fullest = null;
    for (RoomReport room : same) {
      fullest = fullest == null || RoomReport.BY_PEOPLE.compare(room, fullest) < 0 ? room : fullest;
    }
    if (fullest == null) {
      backend.onRoomGone(key);
    } else {
      backend.onRoom(fullest);
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
