// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.config.NameSpelling;
import io.fairlead.media.MediaStatus;
import io.fairlead.pool.Backend;
import io.fairlead.pool.BackendStatistics;
import io.fairlead.pool.Drain;
import io.fairlead.pool.Pool;
import io.fairlead.pool.freeswitch.EventSocketState;
import io.fairlead.pool.freeswitch.HeartbeatFigures;
import io.fairlead.pool.health.Health;
import io.fairlead.transport.Listener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down how a running Fairlead is, as maps for {@link Json}. Immutable. */
public final class StatusReport {
  private final ControlledFairlead subject;

  /** Of this one. */
  public StatusReport(ControlledFairlead subject) {
    this.subject = subject;
  }

  /** Everything. */
  public Map<String, @Nullable Object> all() {
    Map<String, @Nullable Object> all = node();
    all.put("pools", subject.pools().stream().map(StatusReport::pool).toList());
    MediaStatus media = subject.media();
    if (!media.equals(MediaStatus.NONE)) {
      all.put("media", MediaTargets.map(media));
    }
    return all;
  }

  /** What concerns all pools. */
  Map<String, @Nullable Object> node() {
    Map<String, @Nullable Object> node = new LinkedHashMap<>();
    List<Pool> pools = subject.pools();
    node.put("fairlead", subject.version());
    node.put("pid", ProcessHandle.current().pid());
    node.put("uptime-s", subject.uptime().toSeconds());
    node.put("config", subject.config());
    node.put("listeners", subject.listeners().stream().map(StatusReport::place).toList());
    node.put("calls", subject.calls());
    node.put("calls-setting-up", subject.settingUp());
    node.put("calls-per-second", cut(pools.stream().mapToDouble(StatusReport::perSecond).sum()));
    node.put("bindings", subject.bindings());
    node.put("loops-busy", subject.loops().stream().map(busy -> busy / 1000.0).toList());
    node.put("panic", pools.stream().filter(Pool::panicking).map(Pool::name).toList());
    return node;
  }

  private static double perSecond(Pool pool) {
    return pool.backends().stream().mapToDouble(Backend::callsPerSecond).sum();
  }

  private static Map<String, @Nullable Object> pool(Pool pool) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", pool.name());
    map.put("balance", pool.settings().balance().name());
    map.put("panic", pool.panicking());
    map.put("calls", pool.backends().stream().mapToLong(Backend::load).sum());
    map.put("calls-per-second", cut(perSecond(pool)));
    map.put("rooms", pool.rooms().all().size());
    map.put("backends", pool.backends().stream().map(StatusReport::backend).toList());
    return map;
  }

  /** One backend. */
  static Map<String, @Nullable Object> backend(Backend backend) {
    Health health = backend.health();
    BackendStatistics numbers = backend.statistics();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", backend.name());
    map.put("path", backend.path());
    map.put("uri", backend.uri().text());
    map.put("state", NameSpelling.dashed(health.state().name()));
    map.put("since", health.since().truncatedTo(ChronoUnit.SECONDS).toString());
    map.put("for-s", Math.max(0, Duration.between(health.since(), Instant.now()).toSeconds()));
    map.put("reason", health.reason());
    map.put("takes-calls", backend.takesCalls());
    map.put("weight", backend.settings().weight());
    map.put("calls", numbers.live());
    map.put("max-calls", backend.settings().maxCalls());
    map.put("picks", numbers.picks());
    map.put("calls-per-second", cut(backend.callsPerSecond()));
    map.put("succeeded", numbers.succeeded());
    map.put("failed", numbers.failed());
    map.put(
        "first-answer-ms",
        numbers.firstAnswerNs() == 0 ? null : cut(numbers.firstAnswerNs() / 1e6));
    map.put("ramp", backend.ramp());
    tellsOfItself(backend, map);
    Drain drain = backend.draining();
    map.put("drain", drain == null ? null : drain(drain.progress()));
    return map;
  }

  // What its event socket says; the fields are there only when it has one.
  private static void tellsOfItself(Backend backend, Map<String, @Nullable Object> map) {
    EventSocketState link = backend.link();
    if (link == null) {
      return;
    }
    map.put("esl", link.connected() ? "connected" : link.why());
    map.put(
        "esl-problem", link.problem() == null ? null : NameSpelling.dashed(link.problem().name()));
    map.put("esl-since", link.since().truncatedTo(ChronoUnit.SECONDS).toString());
    map.put("esl-for-s", Math.max(0, Duration.between(link.since(), Instant.now()).toSeconds()));
    HeartbeatFigures figures = backend.figures();
    if (figures != null) {
      map.put("switchname", figures.switchname());
      map.put("version", figures.version());
      map.put("stale", figures.stale());
      map.put("max-sessions", figures.maxSessions());
    }
    if (figures != null && !figures.stale()) {
      map.put("sessions", figures.sessions());
      map.put("idle-cpu", cut(figures.idleCpu()));
    }
  }

  private static Map<String, @Nullable Object> drain(Drain.Progress progress) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("phase", NameSpelling.dashed(progress.phase().name()));
    map.put("for-s", progress.elapsed().toSeconds());
    map.put("started-with", progress.startedWith());
    map.put("left", progress.left());
    map.put("longest-s", progress.longest().toSeconds());
    map.put("last-ends-in-s", seconds(progress.untilLast()));
    map.put("deadline-in-s", seconds(progress.untilDeadline()));
    map.put("then", NameSpelling.dashed(progress.order().then().name()));
    map.put("calls", NameSpelling.dashed(progress.order().calls().name()));
    return map;
  }

  private static @Nullable Long seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toSeconds();
  }

  private static double cut(double number) {
    return Math.round(number * 10) / 10.0;
  }

  private static String place(Listener listener) {
    InetSocketAddress bound = listener.bound();
    String host = bound.getAddress().getHostAddress();
    return listener.transport().name()
        + " "
        + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
        + ":"
        + bound.getPort();
  }
}
