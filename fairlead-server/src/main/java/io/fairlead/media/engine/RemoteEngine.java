// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.loop.Loop;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.loop.Timer;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaRequest;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A media engine that is another program. It is pinged, and asked after one of its calls each time,
 * the one not heard of for longest: an engine that was started anew answers pings as before and has
 * forgotten all of them. It counts as up until a check stays without answer.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class RemoteEngine implements MediaEngine, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteEngine.class);

  private final String name;
  private final EngineSettings settings;
  private final EngineProtocol protocol;
  private final Loop home;
  private final EngineRequests requests;
  private final Timer check = Timer.of(this::check);
  // Those the engine holds, in the order they were heard of; the home loop's.
  private final Set<RemoteCall> calls = new LinkedHashSet<>();
  private final Counter refused;
  private final Counter forgotten;
  private final Runnable onClose;
  private volatile int held;
  private volatile boolean up = true;
  private volatile long roundTripUs = -1;

  /**
   * An engine that is not asked yet.
   *
   * @param home the loop of its requests, its checks and the socket behind {@code out}
   * @param out sends to it
   * @param onClose closes that
   */
  RemoteEngine(Wiring wiring, Loop home, Datagrams out, Runnable onClose) {
    this.name = wiring.name();
    this.settings = wiring.settings();
    this.protocol = wiring.protocol();
    this.home = home;
    this.onClose = onClose;
    Meters meters = wiring.meters();
    this.requests = new EngineRequests(name, home, out, settings, meters);
    this.refused = meters.counter(Meter.MEDIA_ENGINE_ERRORS, name, "refused");
    this.forgotten = meters.counter(Meter.MEDIA_ENGINE_ERRORS, name, "lost");
    meters.gauge(Meter.MEDIA_ENGINE_UP, () -> up ? 1 : 0, name);
    meters.gauge(Meter.MEDIA_ENGINE_CALLS, () -> held, name);
  }

  /**
   * What makes an engine.
   *
   * @param name in configuration, log and meters
   * @param settings where it is, and how patient we are
   * @param protocol how it is spoken with
   * @param meters where it counts
   */
  public record Wiring(
      String name, EngineSettings settings, EngineProtocol protocol, Meters meters) {}

  /**
   * An engine with a socket of its own, checked from now on.
   *
   * @param home the loop that the socket is on
   * @throws java.io.UncheckedIOException when there is no way to its address
   */
  public static RemoteEngine connect(Wiring wiring, SelectorLoop home) {
    DatagramPort port = DatagramPort.connected(home, wiring.settings().address().address());
    RemoteEngine engine = new RemoteEngine(wiring, home, port, port::close);
    port.start((bytes, length, from) -> engine.onDatagram(bytes, length));
    engine.start();
    return engine;
  }

  void start() {
    home.execute(this::check);
  }

  void onDatagram(byte[] bytes, int length) {
    requests.onDatagram(bytes, length);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public MediaCall open(MediaRequest request, MediaObserver observer) {
    return new RemoteCall(this, request, observer, protocol.call(request));
  }

  /** False since a check stayed without answer, until the next good one. */
  public boolean up() {
    return up;
  }

  /** How long its last answer to one question took, microseconds; -1 while there was none. */
  public long roundTripUs() {
    return roundTripUs;
  }

  /** How many calls it holds of ours. */
  public int calls() {
    return held;
  }

  /** What it is and where: {@code rtpengine udp:10.0.0.7:2223}. */
  @Override
  public String toString() {
    return protocol.kind() + " " + settings.address();
  }

  /** Ends the checks and the socket; from any thread. */
  @Override
  public void close() {
    home.execute(() -> {
      home.timers().cancel(check);
      requests.giveUp();
      onClose.run();
    });
  }

  /** Asks all of these at once; what comes of it is told on the call's loop, null for silence. */
  void ask(List<byte[]> payloads, Loop loop, Consumer<@Nullable List<byte[]>> then) {
    Gathering all = new Gathering(payloads.size(), loop, then);
    onHome(() -> {
      for (int i = 0; i < payloads.size(); i++) {
        requests.ask(payloads.get(i), all.part(i));
      }
    });
  }

  private void onHome(Runnable step) {
    if (home.inLoop()) {
      step.run();
    } else {
      home.execute(step);
    }
  }

  /** The engine has that call from now on. */
  void holds(RemoteCall call) {
    onHome(() -> {
      calls.add(call);
      held = calls.size();
    });
  }

  /** The call is over, or lost. */
  void lets(RemoteCall call) {
    onHome(() -> {
      calls.remove(call);
      held = calls.size();
    });
  }

  /** It answered that it does not do what was asked. */
  void refused(String why, String callId) {
    refused.add();
    LOG.info("engine {} refuses call {}: {}", name, callId, why);
  }

  /** A call found out that the engine does not know it. */
  void forgot(RemoteCall call) {
    forgotten.add();
    lets(call);
  }

  private void check() {
    home.timers().schedule(check, settings.checkInterval().toNanos());
    requests.ask(
        protocol.ping(),
        new EngineRequests.Answered() {
          @Override
          public void onAnswer(byte[] bytes, int from, int to) {
            checked(protocol.alive(bytes, from, to));
          }

          @Override
          public void onSilence() {
            checked(false);
          }
        });
  }

  private void checked(boolean good) {
    roundTripUs = requests.roundTripUs();
    if (good != up) {
      up = good;
      LOG.warn("engine {} ({}) is {}", name, this, good ? "up" : "down");
    }
    if (good) {
      askAfterOne();
    } else {
      loseAll();
    }
  }

  private void loseAll() {
    List<RemoteCall> lost = new ArrayList<>(calls);
    calls.clear();
    held = 0;
    requests.giveUp();
    for (RemoteCall call : lost) {
      forgotten.add();
      call.loop().execute(call::lost);
    }
  }

  // One that the engine knows ends the round; else the next one is asked after at once, so that
  // after a new start of the engine all are found out in one go.
  private void askAfterOne() {
    if (calls.isEmpty()) {
      return;
    }
    RemoteCall oldest = calls.iterator().next();
    calls.remove(oldest);
    calls.add(oldest);
    oldest
        .loop()
        .execute(() ->
            oldest.check(known -> {
              if (!known) {
                onHome(this::askAfterOne);
              }
            }));
  }

  /** The answers to what was asked at once. */
  private static final class Gathering {
    private final byte[][] answers;
    private final Loop loop;
    private final Consumer<@Nullable List<byte[]>> then;
    private int missing;
    private boolean silent;

    Gathering(int count, Loop loop, Consumer<@Nullable List<byte[]>> then) {
      this.answers = new byte[count][];
      this.missing = count;
      this.loop = loop;
      this.then = then;
    }

    EngineRequests.Answered part(int i) {
      return new EngineRequests.Answered() {
        @Override
        public void onAnswer(byte[] bytes, int from, int to) {
          answers[i] = java.util.Arrays.copyOfRange(bytes, from, to);
          arrived();
        }

        @Override
        public void onSilence() {
          silent = true;
          arrived();
        }
      };
    }

    private void arrived() {
      missing--;
      if (missing == 0) {
        List<byte[]> all = silent ? null : List.of(answers);
        loop.execute(() -> then.accept(all));
      }
    }
  }
}
