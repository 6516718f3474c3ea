// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dns.FakeDns;
import io.fairlead.media.MediaSettings;
import io.fairlead.media.OnEngineLoss;
import io.fairlead.media.ReanchorSettings;
import io.fairlead.media.anchor.FakeStreams;
import io.fairlead.media.anchor.RelayEngine;
import io.fairlead.media.filter.MediaFilterFactory;
import io.fairlead.media.profile.MediaProfiles;
import io.fairlead.media.profile.SidePreset;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RecordText;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.transport.CapturedFlow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A house on the virtual network with phones and backends that do whatever the random numbers say,
 * and what must hold at every moment and at the end. Everything follows from scene and seed but the
 * secrets of the house, so another run with them goes the same way.
 *
 * <p>Owned by the test's thread.
 */
final class FuzzWorld {
  private static final int LAST = 12;

  private static final MediaSettings MEDIA =
      new MediaSettings(
          null,
          Map.of(),
          Map.of(),
          null,
          Duration.ofSeconds(2),
          new ReanchorSettings(OnEngineLoss.REINVITE, 50, Duration.ofSeconds(20)));

  /** What an engine takes, in milliseconds; below 0 for ever. */
  private static final int[] SPEEDS = {0, 0, 30, 1_500, 3_000, -1};

  /** What looks at the messages of its calls. */
  enum Filtered {
    NOT,
    /** Filters that change, hold and refuse them. */
    AT_RANDOM,
    /** Their media is relayed. */
    MEDIA
  }

  private final SplittableRandom random;
  private final FuzzFilters filters;
  private final ServerRig rig;
  private final List<Plan> plans;
  private final FuzzMessages messages;
  private final Mutator mutator;
  private final boolean calm;
  private final boolean answersAll;
  private final List<FuzzPeer> phones = new ArrayList<>();
  private final List<FuzzPeer> backends = new ArrayList<>();
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final Map<String, String> waiting = new HashMap<>();
  private final int timersAtRest;
  private final FakeStreams streams = new FakeStreams();
  private final SlowEngine engine =
      new SlowEngine(new RelayEngine("relay", FakeStreams.SETTINGS, streams, 3));
  private final boolean relays;
  private boolean changes = true;
  private boolean ending;
  private int ports = 30_000;

  /**
   * @param seed what happens
   * @param filtered what the messages of calls pass
   */
  FuzzWorld(FuzzScene scene, long seed, Filtered filtered) {
    random = new SplittableRandom(seed);
    plans = scene.configurations().stream().map(ServerRig::plan).toList();
    int loops = 1 + random.nextInt(3);
    filters = new FuzzFilters(~seed);
    rig =
        new ServerRig(
            new VirtualNet(seed, loops),
            plans.getFirst(),
            ServerRig.KEYS,
            new FakeDns(),
            switch (filtered) {
              case NOT -> InstalledFilters.NONE;
              case AT_RANDOM -> filters.filters.filtering();
              case MEDIA -> media();
            });
    messages = new FuzzMessages(random);
    relays = filtered == Filtered.MEDIA;
    if (relays) {
      messages.sdp = FuzzMessages.AUDIO;
      messages.often = true;
    }
    messages.identities = scene == FuzzScene.PROVEN;
    calm = random.nextInt(4) == 0;
    // Without state nobody knows that a backend is silent.
    answersAll = scene != FuzzScene.STATELESS;
    mutator = new Mutator(random, calm ? 0 : 0.45);
    for (int i = 1; i <= 3; i++) {
      backends.add(new FuzzPeer(this, VirtualNet.at("10.0.0." + i, 5060), CapturedFlow.UDP));
    }
    phones.add(new FuzzPeer(this, VirtualNet.at("192.0.2.1", 5060), CapturedFlow.UDP));
    phones.add(new FuzzPeer(this, VirtualNet.at("192.0.2.2", 6060), CapturedFlow.UDP));
    phones.add(new FuzzPeer(this, VirtualNet.at("192.0.2.3", 5060), CapturedFlow.TCP));
    phones.add(new FuzzPeer(this, VirtualNet.at("192.0.2.4", 5060), CapturedFlow.TCP));
    timersAtRest = timers();
  }

  // Every call is relayed, or may be.
  private InstalledFilters media() {
    MediaProfiles profiles =
        new MediaProfiles(
            Map.of(
                "phones", Map.of("*", new SideProfile(SidePreset.PHONE_SDES, null, List.of())),
                "plain", Map.of()));
    return new InstalledFilters(
        loop -> List.of(new MediaFilterFactory(loop, engine, MEDIA, profiles, 1, new Meters())),
        (route, registrar, invite, in) ->
            random.nextBoolean()
                ? MediaFilterFactory.relayed(random.nextInt(3))
                : MediaFilterFactory.relayedWhereNeeded());
  }

  // ---- what peers ask ----

  VirtualNet net() {
    return rig.net;
  }

  SplittableRandom random() {
    return random;
  }

  FuzzMessages messages() {
    return messages;
  }

  Mutator mutator() {
    return mutator;
  }

  /** True when peers are to end what there is. */
  boolean ending() {
    return ending;
  }

  int nextPort() {
    return ports++;
  }

  /** What leaves for a message: that or another one. */
  String changed(String text) {
    String message = changes ? mutator.maybe(text) : text;
    if (last.size() == LAST) {
      last.removeFirst();
    }
    last.addLast(message);
    if (calm && answersAll && message.startsWith("INVITE ")) {
      waiting.put(MessageDraft.of(message).transaction(), message);
    }
    return message;
  }

  /** A response came to who asked. */
  void answered(MessageDraft response) {
    if (response.status() >= 200 && response.method().equals("INVITE")) {
      waiting.remove(response.transaction());
    }
  }

  // ---- what happens ----

  /** So many things happen, one after the other. */
  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      rig.net.runMs(random.nextInt(random.nextInt(10) == 0 ? 4000 : 20));
    }
  }

  private void step() {
    if (relays) {
      engine.takesMs = SPEEDS[random.nextInt(SPEEDS.length)];
      streams.left = random.nextInt(10) == 0 ? 0 : 100;
      if (random.nextInt(10) == 0) {
        engine.disturb(random);
      }
    }
    switch (random.nextInt(calm ? 22 : 30)) {
      case 0, 1, 2, 3, 4 -> any(phones).beginSomething();
      case 5, 6, 7, 8 -> any(phones).call();
      case 9, 10, 11, 12 -> any(phones).speakInDialog();
      case 13, 14, 15 -> any(backends).speakInDialog();
      case 16, 17 -> any(phones).cancelSomething();
      case 18 -> any(backends).beginSomething();
      case 19 -> any(backends).answerAgain();
      case 20 -> reload();
      case 21 -> rig.net.runMs(random.nextInt(40_000));
      case 22, 23 -> any(phones).replay(mutator.replay());
      case 24 -> any(backends).replay(mutator.replay());
      case 25 -> any(phones).hangUp();
      case 26 -> weather();
      case 27 -> close(any(backends));
      case 28 -> close(any(phones));
      default -> open();
    }
  }

  private void reload() {
    rig.reload(plans.get(random.nextInt(plans.size())));
  }

  private void weather() {
    rig.net.weather(
        Duration.ofMillis(random.nextInt(30)),
        random.nextInt(3) == 0 ? 0.2 : 0,
        random.nextInt(3) == 0 ? 0.2 : 0);
  }

  private void close(FuzzPeer peer) {
    rig.net.close(peer.address());
  }

  private void open() {
    phones.forEach(peer -> rig.net.open(peer.address(), peer));
    backends.forEach(peer -> rig.net.open(peer.address(), peer));
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  // ---- what must hold ----

  /** Nothing new happens: after the longest time that anything may last, nothing is left. */
  void end() {
    ending = true;
    changes = false;
    open();
    rig.net.weather(Duration.ZERO, 0, 0);
    rig.reload(plans.getFirst());
    rig.net.run(Duration.ofMinutes(12));
    // Checks of backends, too, must have come to an end.
    rig.house.pools().stop();
    rig.net.run(Duration.ofMinutes(2));
    assertThat(rig.house.calls()).as("live calls").isZero();
    assertThat(rig.house.settingUp()).as("calls in set-up").isZero();
    assertThat(rig.house.unfinished()).as("requests without final answer").isZero();
    assertThat(rig.house.transactions()).as("transactions").isZero();
    for (Pool pool : rig.house.pools().all()) {
      for (Backend backend : pool.backends()) {
        assertThat(backend.load()).as("live calls of " + backend.name()).isZero();
      }
    }
    assertThat(rig.limits().status(1)).as("held limits").allMatch(each -> each.calls() == 0);
    filters.filters.assertAllEnded();
    assertThat(engine.open).as("calls at the engine").isZero();
    assertThat(streams.open()).as("open streams").isZero();
    assertThat(waiting.values()).as("INVITEs without final answer").isEmpty();
    rig.net.run(Duration.ofHours(2));
    assertThat(timers()).as("timers").isLessThanOrEqualTo(timersAtRest);
  }

  private int timers() {
    return rig.net.loops().stream().mapToInt(loop -> loop.timers().size()).sum();
  }

  /** How many streams were relayed. */
  int relayed() {
    return streams.opened.size();
  }

  /** Counts what became of the requests that began something. */
  void tell(Map<String, Integer> met) {
    for (CallRecord record : rig.records) {
      String[] words = RecordText.of(record).split(" ");
      String how = words[0];
      for (String word : words) {
        how += word.matches("(status|flag|ended)=.*") ? " " + word : "";
      }
      met.merge(how, 1, Integer::sum);
    }
    met.merge("changes of bindings", rig.changes.lines.size(), Integer::sum);
  }

  /** The messages sent last, for who looks for what went wrong. */
  String lastMessages() {
    return String.join("\n----\n", last);
  }
}
