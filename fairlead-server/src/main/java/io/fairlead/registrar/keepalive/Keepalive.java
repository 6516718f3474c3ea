// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.dialog.DeviceAddress;
import io.fairlead.loop.Timer;
import io.fairlead.registrar.KeepaliveSettings;
import io.fairlead.registrar.keepalive.KeepaliveMeters.End;
import io.fairlead.registrar.keepalive.KeepaliveMeters.Way;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Bindings;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.PongListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the way open to the devices whose addresses of record one loop owns, and ends the bindings
 * of those that are gone: expired, silent, or over a connection that has closed (RFC 5626 §4.4,
 * §5.4). An OPTIONS over UDP, an empty line over TCP; neither has a transaction, see
 * docs/decisions/0017.
 *
 * <p>Owned by one loop.
 */
public final class Keepalive implements PongListener {
  private static final Logger LOG = LoggerFactory.getLogger(Keepalive.class);
  private static final String UDP = "udp";
  private static final long IDLE_NS = 100_000_000L;
  // While keepalives are due they leave in small portions, fewer than a loop reads in a turn: the
  // device of one should not wait for those of thousands, and their answers never pile up.
  private static final long BUSY_NS = 1;
  private static final int PORTION = 16;
  // Lines in the log for each device that is gone, and the time they are for.
  private static final int LINES = 20;
  private static final long LINES_MS = 10_000;
  // A device sends its own as often as we ours (Flow-Timer); one may be lost.
  private static final int STUN_WITHIN = 2;
  // As long as a transaction would wait (RFC 3261 §17.1.2.2, Timer F).
  private static final long LATEST_US = 32_000_000L;

  private final KeepaliveDependencies ground;
  private final Bindings bindings;
  private final KeepaliveMeters meters;
  private final KeepaliveBranchId token;
  private final OptionsWriter options;
  private final DeviceAddress listening = new DeviceAddress();
  private final ConnectionDevices devices;
  private final Map<String, Listener> listeners = new HashMap<>();
  private final SipUri to = new SipUri();
  private final Timer timer = Timer.of(this::sweep);
  private final Runnable again = this::sweep;
  private final Consumer<Bindings.Due> onDue = this::due;
  private KeepaliveRules rules = KeepaliveRules.NONE;
  private boolean running;
  private int lines;
  private long linesFromMs;
  private long nowMs;

  /** The keepalives of one loop; {@link #start} begins them. */
  public Keepalive(KeepaliveDependencies ground) {
    this.ground = ground;
    this.bindings = ground.bindings();
    this.meters = new KeepaliveMeters(ground.meters(), ground.wire().listeners());
    this.token = new KeepaliveBranchId(ground.loop().index());
    this.options = new OptionsWriter(token, ground.wire().listeners());
    this.devices = new ConnectionDevices(bindings);
    ground.wire().listeners().forEach(each -> listeners.put(each.name(), each));
  }

  /** Begins, if it has not begun; on the loop. */
  public void start() {
    if (!running) {
      running = true;
      ground.loop().timers().schedule(timer, IDLE_NS);
    }
  }

  /** Ends; on the loop. */
  public void stop() {
    running = false;
    ground.loop().timers().cancel(timer);
  }

  /** New settings; bindings that are due later are looked at with them when they are. */
  public void rules(KeepaliveRules next) {
    rules = next;
  }

  // ---- what is due ----

  private void sweep() {
    if (!running) {
      return;
    }
    // First of all: a defect in one binding must not be the end of all sweeps.
    ground.loop().timers().schedule(timer, IDLE_NS);
    nowMs = ground.clockMs().getAsLong();
    int shown = bindings.sweep(ground.loop().index(), nowMs, PORTION, onDue);
    if (shown == PORTION) {
      // There may be more: what came in meanwhile goes first, then the next portion.
      ground.loop().execute(again);
    } else if (shown > 0) {
      ground.loop().timers().schedule(timer, BUSY_NS);
    }
  }

  private void due(Bindings.Due due) {
    Binding binding = due.binding();
    if (due.expired()) {
      ended(due.aor(), binding, End.EXPIRED);
      return;
    }
    boolean ours = binding.origin().node() == ground.node() && binding.path().length == 0;
    if (ours && closed(binding.origin())) {
      devices.remove(binding.origin().connection());
      due.end();
      ended(due.aor(), binding, End.CLOSED);
      return;
    }
    boolean fresh = due.unanswered() < 0;
    if (ours && fresh && binding.origin().connection() != 0) {
      devices.enter(binding.origin().connection(), due.aor(), nowMs);
    }
    KeepaliveSettings settings = ours ? rules.of(due.aor()) : null;
    Duration interval = settings == null ? null : interval(settings, binding.origin());
    if (settings == null || interval == null) {
      due.again(binding.renewal().expiresMs(), 0);
    } else if (fresh) {
      due.again(nowMs + ground.random().nextLong(interval.toMillis() + 1), 0);
    } else {
      next(due, binding, settings, interval.toMillis());
    }
  }

  private boolean closed(Binding.Origin origin) {
    return !origin.transport().equals(UDP) && ground.wire().connection(origin.connection()) == null;
  }

  private static @Nullable Duration interval(KeepaliveSettings settings, Binding.Origin origin) {
    if (!origin.nat() && !settings.all()) {
      return null;
    }
    return switch (origin.transport()) {
      case UDP -> settings.udp();
      case "ws", "wss" -> settings.websocket();
      default -> settings.tcp();
    };
  }

  private void next(
      Bindings.Due due, Binding binding, KeepaliveSettings settings, long intervalMs) {
    if (due.unanswered() > 0) {
      meters.lost(binding.origin().transport());
    }
    boolean udp = binding.origin().transport().equals(UDP);
    boolean quiet = due.unanswered() > 0;
    int silent = quiet && udp && keptAlive(binding, intervalMs) ? 0 : due.unanswered();
    if (silent >= settings.lost()) {
      due.end();
      ended(due.aor(), binding, End.SILENT);
      return;
    }
    int unanswered = udp ? datagram(due, binding, silent) : ping(due, binding, intervalMs * 500);
    double spread = settings.spread().fraction() * (2 * ground.random().nextDouble() - 1);
    due.again(nowMs + Math.round(intervalMs * (1 + spread)), unanswered);
  }

  // One that does not answer OPTIONS, but sends STUN requests over the very flow, is alive.
  private boolean keptAlive(Binding binding, long intervalMs) {
    Flow flow = flow(binding.origin());
    return flow != null
        && flow.keptAliveNsAgo(ground.loop().nowNs()) <= STUN_WITHIN * intervalMs * 1_000_000;
  }

  private @Nullable Flow flow(Binding.Origin origin) {
    return ground
        .wire()
        .flowTo(origin.transport(), origin.remote(), listeners.get(origin.listener()));
  }

  private int datagram(Bindings.Due due, Binding binding, int silent) {
    int unanswered = silent + 1;
    Flow flow = flow(listening.of(binding));
    if (flow != null) {
      SipWriter out = options.write(due.aor(), binding, flow.listener(), nowUs(), unanswered);
      flow.send(out.bytes(), 0, out.length());
      meters.of(flow.transport().name()).sent().add();
    }
    return unanswered;
  }

  // One connection may have many bindings; one ping serves them all.
  private int ping(Bindings.Due due, Binding binding, long recentUs) {
    Flow flow = ground.wire().connection(binding.origin().connection());
    if (flow == null) {
      return due.unanswered() + 1;
    }
    ConnectionDevices.Line line = devices.enter(binding.origin().connection(), due.aor(), nowMs);
    if (!line.pingedWithin(recentUs, nowUs())) {
      line.pinged(nowUs());
      flow.ping(recentUs * 1000, this);
      meters.of(flow.transport().name()).sent().add();
    }
    return line.silent() ? due.unanswered() + 1 : 0;
  }

  private long nowUs() {
    return ground.loop().nowNs() / 1000;
  }

  // ---- signs of life ----

  /**
   * Takes the answer to a keepalive; on the loop that {@link KeepaliveBranchId#loop} names. Every
   * status is a sign of life: a device that refuses OPTIONS can be called all the same.
   *
   * @return false when it answers something else
   */
  public boolean take(Flow flow, SipResponse response) {
    byte[] bytes = response.bytes();
    if (KeepaliveBranchId.loop(bytes, response.via().branchFrom(), response.via().branchTo()) < 0) {
      return false;
    }
    AddressOfRecord aor = sender(response);
    if (aor == null) {
      return true;
    }
    long ageUs = token.ageUs(nowUs());
    if (ageUs <= LATEST_US && bindings.alive(aor, token.id(), (int) (ageUs / 1000))) {
      Way way = meters.of(flow.transport().name());
      way.answered().add();
      way.rtt().record(ageUs * 1000);
    }
    return true;
  }

  /**
   * Takes a keepalive of ours that did not reach the device; on the loop that {@link
   * KeepaliveBranchId#loop} names. It was counted as unanswered when it was sent; when it was the
   * last one allowed, nothing is left to wait for.
   *
   * @return false when it is something else
   */
  public boolean takeUndeliverable(SipMessage sent, String why) {
    byte[] bytes = sent.bytes();
    if (!sent.hasVia()
        || KeepaliveBranchId.loop(bytes, sent.via().branchFrom(), sent.via().branchTo()) < 0) {
      return false;
    }
    AddressOfRecord aor = sender(sent);
    KeepaliveSettings settings = aor == null ? null : rules.of(aor);
    if (aor != null && settings != null && token.silent() >= settings.lost()) {
      long id = token.id();
      nowMs = ground.clockMs().getAsLong();
      for (Binding binding : bindings.of(aor, nowMs)) {
        if (binding.id() == id) {
          LOG.debug("{}: {}: {}", aor, binding, why);
          remove(aor, binding, End.UNREACHABLE);
        }
      }
    }
    return true;
  }

  /** The address of record a keepalive was for; null when it is forged. */
  private @Nullable AddressOfRecord sender(SipMessage message) {
    byte[] bytes = message.bytes();
    token.read(bytes, message.via().branchFrom());
    AddressOfRecord aor =
        to.parse(bytes, message.toUriFrom(), message.toUriTo()) ? AddressOfRecord.of(to) : null;
    if (aor == null || !token.genuine(aor)) {
      meters.forged.add();
      return null;
    }
    return aor;
  }

  @Override
  public void onPong(Flow flow, long rttNs) {
    if (ground.loop().inLoop()) {
      pong(flow, rttNs);
    } else {
      ground.loop().execute(() -> pong(flow, rttNs));
    }
  }

  private void pong(Flow flow, long rttNs) {
    ConnectionDevices.Line line = devices.get(flow.connection());
    if (line == null) {
      return;
    }
    line.answered();
    Way way = meters.of(flow.transport().name());
    way.answered().add();
    way.rtt().record(rttNs);
    devices.forEach(
        line,
        ground.clockMs().getAsLong(),
        (aor, binding) -> bindings.alive(aor, binding.id(), (int) (rttNs / 1_000_000)));
  }

  // ---- ends ----

  /** A connection ended, and with it the bindings over it. On every loop. */
  public void onClosed(Flow flow) {
    ConnectionDevices.Line line = devices.remove(flow.connection());
    if (line != null) {
      nowMs = ground.clockMs().getAsLong();
      devices.forEach(
          line,
          nowMs,
          (aor, binding) -> {
            if (binding.path().length == 0) {
              remove(aor, binding, End.CLOSED);
            }
          });
    }
  }

  private void remove(AddressOfRecord aor, Binding binding, End why) {
    bindings.remove(aor, binding.id());
    ended(aor, binding, why);
  }

  // When a whole network is gone, its phones need no line each.
  private void gone(AddressOfRecord aor, Binding binding, End why) {
    if (nowMs - linesFromMs >= LINES_MS || nowMs < linesFromMs) {
      if (lines > LINES) {
        LOG.info("{} more devices are gone", lines - LINES);
      }
      linesFromMs = nowMs;
      lines = 0;
    }
    if (++lines <= LINES) {
      LOG.info("{}: {} is gone: {}", aor, binding, why.words());
    }
  }

  private void ended(AddressOfRecord aor, Binding binding, End why) {
    meters.ended(why);
    switch (why) {
      case EXPIRED, CLOSED -> LOG.debug("{}: {}: {}", aor, binding, why.words());
      case SILENT, UNREACHABLE -> gone(aor, binding, why);
    }
    ground.observer().onGone(aor, binding, why.words());
  }
}
