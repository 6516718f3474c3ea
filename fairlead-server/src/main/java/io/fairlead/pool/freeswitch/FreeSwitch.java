// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslConnector;
import io.fairlead.esl.EslEvent;
import io.fairlead.esl.EslListener;
import io.fairlead.esl.EslReply;
import io.fairlead.esl.EslSession;
import io.fairlead.esl.EslSessionError;
import io.fairlead.esl.EslSettings;
import io.fairlead.esl.EslTarget;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.observe.Meters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one backend tells of itself over its event socket: figures with each heartbeat, whether it
 * is paused or shuts down when it is asked, its conferences and queues, that it was started anew.
 *
 * <pre>
 *   CUT --connected--> FRESH --heartbeat overdue--> STALE --heartbeat--> FRESH
 *    +<---- cut ---------+<--------- cut -------------+
 * </pre>
 *
 * <p>Figures that are stale keep the capacity, and our own live calls are counted against it. Cut
 * for longer than a heartbeat may be overdue, it is no longer held to be paused or to shut down:
 * then checks and the answers to calls decide alone.
 *
 * <p>Changed on the pool's home loop only; {@link #link} may be read by any thread. Shared: see
 * docs/ownership.md.
 */
public final class FreeSwitch implements EslListener {
  /**
   * What it stands on. Immutable.
   *
   * @param pool the pool's name
   * @param home the pool's home loop
   * @param meters what is counted
   * @param esl opens event sockets
   */
  public record Ground(String pool, Loop home, Meters meters, EslConnector esl) {}

  private static final Logger LOG = LoggerFactory.getLogger(FreeSwitch.class);
  private static final String PAUSE_CHECK = "fsctl pause_check inbound";
  private static final String SHUTDOWN_CHECK = "fsctl shutdown_check";
  private static final long TICK_NS = Duration.ofSeconds(1).toNanos();
  // Events keep the list of rooms right; this mends what none was sent for.
  private static final long LIST_NS = Duration.ofMinutes(1).toNanos();

  private final MonitoredBackend backend;
  private final EslSettings settings;
  private final Ground ground;
  private final Loop home;
  private final EventSocketMeters meters;
  private final RoomList rooms;
  private final HeartbeatReader pulse = new HeartbeatReader();
  private final RestartDetector core;
  private final Timer tick = Timer.of(this::onTick);
  private final Timer poll = Timer.of(this::onPoll);
  private final Timer list = Timer.of(this::onList);
  private final Timer overdue = Timer.of(this::onOverdue);
  private final Timer forget = Timer.of(this::onForget);

  private EslSession session = EslSession.NONE;
  private int asking;
  private long polledNs;
  private boolean paused;
  private boolean saidShutdown;
  private boolean checkedShutdown;
  private boolean listed;
  private boolean listSoon;
  private boolean unreadableSeen;
  private boolean closed;
  private long overRateUntilNs;
  private volatile EventSocketState link = EventSocketState.begun();

  private FreeSwitch(MonitoredBackend backend, EslSettings settings, Ground ground) {
    this.backend = backend;
    this.settings = settings;
    this.ground = ground;
    this.home = ground.home();
    this.meters = new EventSocketMeters(ground.meters(), ground.pool(), backend.name());
    this.rooms = new RoomList(backend, settings, meters.roomsUnknown);
    this.core = new RestartDetector(home, this::onRestart);
  }

  /**
   * The one of a backend, as its settings say: that which it had, when they are the same.
   *
   * @param before what it had, closed when it is not kept
   * @return null when it has no event socket
   */
  public static @Nullable FreeSwitch of(
      MonitoredBackend backend, @Nullable FreeSwitch before, Ground ground) {
    EslSettings wanted = backend.esl();
    if (before != null && before.settings.equals(wanted)) {
      return before;
    }
    if (before != null) {
      before.close();
    }
    InetSocketAddress at = backend.address();
    if (wanted == null || at == null) {
      return null;
    }
    FreeSwitch made = new FreeSwitch(backend, wanted, ground);
    made.open(address(wanted, at));
    return made;
  }

  private static InetSocketAddress address(EslSettings settings, InetSocketAddress backend) {
    String host = settings.host();
    if (host == null) {
      return new InetSocketAddress(backend.getAddress(), settings.port());
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(host), settings.port());
    } catch (IllegalArgumentException e) {
      return InetSocketAddress.createUnresolved(host, settings.port());
    }
  }

  private void open(InetSocketAddress at) {
    meters.watch(this);
    session = ground.esl().open(new EslTarget(backend.name(), at, settings), home, this);
    backend.onCallEnder(CallEnder.over(session));
    home.timers().schedule(tick, TICK_NS);
  }

  /** Ends it; what it knew is forgotten. */
  public void close() {
    closed = true;
    backend.onCallEnder(null);
    session.close();
    home.timers().cancel(tick);
    home.timers().cancel(poll);
    home.timers().cancel(list);
    home.timers().cancel(overdue);
    home.timers().cancel(forget);
    meters.forget();
    rooms.forget();
    backend.onFigures(null);
    backend.onNoRoom(null);
    backend.onLeaving(null);
  }

  /** Whose it is. */
  MonitoredBackend backend() {
    return backend;
  }

  /** How it is with the event socket. */
  public EventSocketState link() {
    return link;
  }

  /** True while the event socket is connected. */
  public boolean connected() {
    return link.connected();
  }

  /** How many conferences and queues it has; a reading from another thread may be old. */
  public int rooms() {
    return rooms.size();
  }

  /** Has it run a command; {@code then} is given the answer on the home loop. */
  public void api(String command, Consumer<EslReply> then) {
    session.api(command, then);
  }

  // ---- the event socket ----

  @Override
  public void onConnected() {
    link = EventSocketState.up();
    LOG.info("event socket of backend {} of pool {}: connected", backend.name(), ground.pool());
    home.timers().cancel(forget);
    home.timers().schedule(overdue, pulse.deadlineNs());
    saidShutdown = false;
    listed = false;
    core.ask(session);
    onPoll();
    onList();
    judge();
  }

  @Override
  public void onDown(EslSessionError problem, String why) {
    EventSocketState before = link;
    link = before.down(problem, why);
    meters.problem(problem).add();
    if (before.problem() != problem) {
      LOG.warn("event socket of backend {} of pool {}: {}", backend.name(), ground.pool(), why);
    }
    if (!before.connected()) {
      return;
    }
    pulse.cut();
    core.cut();
    rooms.doubt();
    home.timers().cancel(poll);
    home.timers().cancel(list);
    home.timers().cancel(overdue);
    home.timers().schedule(forget, pulse.deadlineNs());
    outdate();
  }

  @Override
  public void onEvent(EslEvent event) {
    core.onEvent(event);
    switch (event.name()) {
      case "HEARTBEAT" -> onHeartbeat(event);
      case "SHUTDOWN" -> {
        saidShutdown = true;
        judge();
      }
      case "CUSTOM" -> {
        if (rooms.onEvent(event)) {
          listSoon();
        }
      }
      default -> {}
    }
  }

  // What it said may have been of a room: the lists say it anew.
  @Override
  public void onUnreadable() {
    meters.unreadable.add();
    if (!unreadableSeen) {
      unreadableSeen = true;
      LOG.warn(
          "event socket of backend {} of pool {}: an event that cannot be read is passed over",
          backend.name(),
          ground.pool());
    }
    listSoon();
  }

  private void listSoon() {
    if (!listSoon && connected()) {
      listSoon = true;
      home.timers().schedule(list, TICK_NS);
    }
  }

  private void onHeartbeat(EslEvent beat) {
    long nowNs = home.nowNs();
    HeartbeatFigures now = pulse.read(beat, nowNs, backend.load());
    backend.onFigures(now);
    home.timers().schedule(overdue, pulse.deadlineNs());
    if (now.sessionsPerSecondLeft() == 0) {
      // The budget is a new one each second.
      overRateUntilNs = nowNs + TICK_NS;
    }
    judge();
  }

  private void onRestart(long startedNs) {
    meters.restarts.add();
    rooms.forgetDoubted();
    // What was listed over this connection is the new one's.
    if (!listed) {
      rooms.forget();
      onList();
    }
    backend.onRestart(startedNs);
  }

  private void onOverdue() {
    LOG.warn(
        "event socket of backend {} of pool {}: no heartbeat for {} s, its figures are stale",
        backend.name(),
        ground.pool(),
        Duration.ofNanos(pulse.deadlineNs()).toSeconds());
    outdate();
  }

  private void outdate() {
    HeartbeatFigures figures = backend.figures();
    if (figures != null) {
      backend.onFigures(figures.outdated());
    }
    judge();
  }

  private void onForget() {
    paused = false;
    saidShutdown = false;
    checkedShutdown = false;
    judge();
  }

  // ---- what it is asked ----

  /** It answered a call with 503: it is asked why, at once but not more than once a second. */
  public void onRefused() {
    if (!connected()) {
      return;
    }
    if (home.nowNs() - polledNs >= TICK_NS) {
      onPoll();
    } else {
      home.timers().schedule(poll, TICK_NS);
    }
  }

  private void onPoll() {
    home.timers().schedule(poll, settings.poll().toNanos());
    if (asking > 0) {
      return;
    }
    polledNs = home.nowNs();
    asking = 2;
    session.api(PAUSE_CHECK, answer -> answered(() -> onPauseCheck(yes(answer))));
    session.api(SHUTDOWN_CHECK, answer -> answered(() -> onShutdownCheck(yes(answer))));
  }

  private void answered(Runnable take) {
    asking--;
    if (!closed) {
      take.run();
    }
  }

  private void onPauseCheck(@Nullable Boolean yes) {
    if (yes != null) {
      paused = yes;
      judge();
    }
  }

  private void onShutdownCheck(@Nullable Boolean yes) {
    if (yes != null) {
      checkedShutdown = yes;
      judge();
    }
  }

  // Null when there was no answer, or none that says it.
  private static @Nullable Boolean yes(EslReply answer) {
    if (!(answer instanceof EslReply.Text text)) {
      return null;
    }
    return switch (text.body().strip()) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  private void onList() {
    home.timers().schedule(list, LIST_NS);
    listSoon = false;
    if (connected()) {
      listed = true;
      rooms.ask(session);
    }
  }

  // ---- what follows ----

  /**
   * It is seen dead. It may be cut off and not dead, so its rooms are known until it tells others:
   * a route may have their callers wait for it.
   */
  public void onDead() {
    rooms.doubt();
  }

  /** It is seen alive after it was dead. */
  public void onAlive() {
    if (connected()) {
      listed = true;
      rooms.askAnew(session);
    } else {
      session.hasten();
    }
  }

  private void onTick() {
    home.timers().schedule(tick, TICK_NS);
    judge();
  }

  private void judge() {
    backend.onLeaving(leaving());
    backend.onNoRoom(paused ? "paused: fsctl pause_check inbound is true" : full());
  }

  private @Nullable String leaving() {
    if (checkedShutdown) {
      return "shuts down: fsctl shutdown_check is true";
    }
    return saidShutdown ? "shuts down, as it says" : null;
  }

  private @Nullable String full() {
    HeartbeatFigures figures = backend.figures();
    if (figures == null) {
      return null;
    }
    int max = figures.maxSessions();
    int sessions = figures.sessionsWith(backend.load());
    if (max > 0 && sessions >= max) {
      return "full: " + sessions + " of " + max + " sessions";
    }
    if (!figures.stale() && home.nowNs() < overRateUntilNs) {
      return "over its session rate: nothing left of this second's budget";
    }
    return null;
  }
}
