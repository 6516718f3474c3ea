// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.RoomDirectory;
import io.fairlead.pool.freeswitch.RoomReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Three FreeSWITCHes with conference rooms behind any number of Fairleads, each with a network of
 * its own that runs in step. They tell of their rooms a moment later, and nothing while they are
 * dead. It notes each room that ever has members on two that live.
 *
 * <p>Owned by the test's thread.
 */
final class RoomFarm {
  private static final long STEP_MS = 5;
  private static final long TOLD_MS = 20;
  private static final int ROOMS = 1000;

  private final List<ServerRig> houses = new ArrayList<>();
  private final SplittableRandom random;
  private final Map<String, int[]> members = new HashMap<>();
  private final boolean[] dead = new boolean[3];
  private final int[] lives = new int[3];
  private final List<List<FakePhone>> phones = new ArrayList<>();
  final List<Leg> legs = new ArrayList<>();
  final List<String> split = new ArrayList<>();
  long unanswered;

  RoomFarm(long seed, int nodes, int loops, String affinity) {
    this.random = new SplittableRandom(seed);
    String yaml =
        ServerRig.farmYaml("esl: { password: secret }", "balance: p2c")
            .replace("health: off", "health: { interval: 2s, jitter: 0% }")
            .replace("to: farm }", "to: farm, affinity: { " + affinity + " } }");
    for (int n = 0; n < nodes; n++) {
      ServerRig house = ServerRig.of(seed + n, loops, yaml);
      houses.add(house);
      List<FakePhone> callers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        callers.add(house.phone());
      }
      phones.add(callers);
      for (int i = 0; i < 3; i++) {
        serve(house, i);
      }
    }
    runMs(3000);
  }

  private void serve(ServerRig house, int i) {
    FakeBackend backend = house.backends.get(i);
    backend.script =
        in -> {
          if (in.request.method().equals("INVITE")) {
            in.answer(100);
            int life = lives[i];
            house.net.after(
                50,
                () -> {
                  if (!dead[i] && life == lives[i]) {
                    in.answer(200);
                    enter(room(in.request), i);
                  } else {
                    unanswered++;
                  }
                });
          } else {
            in.answer(200);
          }
        };
    backend.inDialog =
        in -> {
          in.answer(200);
          if (in.request.method().equals("BYE")) {
            leave(Objects.requireNonNull(backend.legs.get(in.request.callId())), i);
          }
        };
  }

  private static String room(Seen invite) {
    String uri = invite.uri();
    return uri.substring(4, uri.indexOf('@'));
  }

  private void enter(String room, int i) {
    int[] there = members.computeIfAbsent(room, r -> new int[3]);
    there[i]++;
    for (int other = 0; other < 3; other++) {
      if (other != i && there[other] > 0) {
        split.add(room + " on b" + (i + 1) + " and b" + (other + 1) + " at " + nowMs());
      }
    }
    tell(room, i);
  }

  private void leave(Leg leg, int i) {
    // Members of an earlier life went with it.
    String room = room(leg.requests.getFirst());
    int[] there = members.get(room);
    if (there != null && there[i] > 0) {
      there[i]--;
      tell(room, i);
    }
  }

  private void tell(String room, int i) {
    int life = lives[i];
    for (ServerRig house : houses) {
      house.net.after(
          TOLD_MS,
          () -> {
            if (!dead[i] && life == lives[i]) {
              told(house, room, i);
            }
          });
    }
  }

  private void told(ServerRig house, String room, int i) {
    int now = members.getOrDefault(room, new int[3])[i];
    RoomDirectory rooms = pool(house).rooms();
    Backend backend = backend(house, i);
    if (now > 0) {
      rooms.put(new RoomDirectory.Room(RoomReport.Kind.CONFERENCE, room, room, backend, now));
    } else {
      rooms.remove(backend, room);
    }
  }

  static Pool pool(ServerRig house) {
    return Objects.requireNonNull(house.house.pools().get("farm"));
  }

  private static Backend backend(ServerRig house, int i) {
    return pool(house).backends().get(i);
  }

  List<ServerRig> houses() {
    return houses;
  }

  long nowMs() {
    return houses.getFirst().net.nowMs();
  }

  void runMs(long ms) {
    for (long done = 0; done < ms; done += STEP_MS) {
      houses.forEach(house -> house.net.runMs(STEP_MS));
    }
  }

  /** Nobody calls any more; long enough for all to have hung up, and for timer C. */
  void settle() {
    houses.forEach(house -> house.net.run(Duration.ofMinutes(6)));
  }

  /** Callers come at random for so many calls, 50 in a second, and stay up to a minute. */
  void callers(int calls) {
    for (int n = 0; n < calls; n++) {
      int node = random.nextInt(houses.size());
      FakePhone phone = phones.get(node).get(random.nextInt(100));
      Leg leg = phone.leg("sip:" + (3000 + random.nextInt(ROOMS)) + "@example.com");
      phone.request(leg, "INVITE", leg.cseq);
      legs.add(leg);
      phone.net.after(5000 + random.nextInt(55_000), () -> hangUp(leg));
      runMs(STEP_MS * random.nextInt(1, 8));
    }
  }

  private static void hangUp(Leg leg) {
    if (!leg.remoteTag.isEmpty()) {
      leg.bye();
    }
  }

  /** No new rooms; an order given to each Fairlead. */
  void drain(int number) {
    houses.forEach(house -> backend(house, number - 1).drain());
  }

  void undrain(int number) {
    houses.forEach(house -> backend(house, number - 1).ready());
  }

  /** Killed: its port is closed, its members are gone, nobody tells so. */
  void kill(int number) {
    dead[number - 1] = true;
    lives[number - 1]++;
    houses.forEach(house -> house.net.close(VirtualNet.at("10.0.0." + number, 5060)));
    members.values().forEach(there -> there[number - 1] = 0);
  }

  /** Started anew; its event socket is heard of a second after its SIP port. */
  void start(int number) {
    dead[number - 1] = false;
    for (ServerRig house : houses) {
      house.net.open(VirtualNet.at("10.0.0." + number, 5060), house.backend(number));
      Backend backend = backend(house, number - 1);
      int life = lives[number - 1];
      house.net.after(
          1000,
          () -> {
            if (life == lives[number - 1]) {
              pool(house).rooms().lost(backend);
              members.keySet().forEach(room -> toldAgain(house, room, number - 1));
            }
          });
    }
  }

  private void toldAgain(ServerRig house, String room, int i) {
    if (members.getOrDefault(room, new int[3])[i] > 0) {
      told(house, room, i);
    }
  }

  /** How many calls were answered with success. */
  long answered() {
    return legs.stream().filter(leg -> leg.statuses("INVITE").contains(200)).count();
  }

  /** How many rooms have members on that backend. */
  int roomsOn(int number) {
    return (int) members.values().stream().filter(there -> there[number - 1] > 0).count();
  }
}
