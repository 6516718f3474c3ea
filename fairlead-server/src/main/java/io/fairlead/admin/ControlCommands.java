// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.pool.Backend;
import io.fairlead.pool.DrainOrder;
import io.fairlead.pool.Pool;
import io.fairlead.pool.health.HealthState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries requests out. An order for several backends is checked for all of them before it is given
 * to the first. Immutable.
 */
final class ControlCommands {
  private static final Logger LOG = LoggerFactory.getLogger(ControlCommands.class);

  /** Whom an order is for. */
  private record Targets(Set<Backend> backends, Set<String> engines) {}

  private final ControlledFairlead subject;
  private final StatusReport status;
  private final BanCommands bans;

  ControlCommands(ControlledFairlead subject) {
    this.subject = subject;
    this.status = new StatusReport(subject);
    this.bans = new BanCommands(subject);
  }

  /** What to answer; a watch is answered once. */
  Map<String, @Nullable Object> answer(ControlRequest request) throws RefusedException {
    return switch (request.verb()) {
      case NODE -> answered(status.node());
      case STATUS, WATCH -> answered(status.all());
      case LIMITS -> limits(request);
      case DRAIN -> drain(request);
      case UNDRAIN -> undrain(request);
      case MAINTENANCE -> maintenance(request);
      case READY -> order(targets(request), "ready", Backend::ready, false);
      case BANS -> answered(bans.list(request));
      case BAN -> answered(bans.add(request));
      case LIFT -> answered(bans.lift(request));
      case RELOAD -> answered(Map.of("changes", subject.reload()));
    };
  }

  private Map<String, @Nullable Object> limits(ControlRequest request) throws RefusedException {
    int most = (int) request.number("most", 0, LimitReport.MOST, 10);
    return answered(LimitReport.map(subject.limits(most), System.currentTimeMillis()));
  }

  private Map<String, @Nullable Object> drain(ControlRequest request) throws RefusedException {
    DrainOrder order =
        new DrainOrder(
            request.duration("deadline"),
            request.word("then", DrainOrder.Then.NOTIFY),
            request.word("calls", DrainOrder.Rest.LEAVE));
    Targets targets = targets(request);
    if (order.calls() == DrainOrder.Rest.BYE && order.deadline() == null) {
      throw new RefusedException("calls are ended at the deadline, and there is none: give one");
    }
    if (!targets.engines().isEmpty() && order.deadline() != null) {
      throw new RefusedException(
          "a media engine is drained without a deadline: its calls end alone");
    }
    for (Backend backend : targets.backends()) {
      if (order.calls() == DrainOrder.Rest.BYE && backend.callEnder() == null) {
        throw new RefusedException(
            "the calls of "
                + backend.path()
                + " cannot be ended: that is done over its event socket, and it has none (key"
                + " `esl` of the backend or the pool)");
      }
    }
    return order(targets, "drain", backend -> backend.drain(order), true);
  }

  private Map<String, @Nullable Object> maintenance(ControlRequest request)
      throws RefusedException {
    Targets targets = targets(request);
    if (!targets.engines().isEmpty()) {
      throw new RefusedException(
          "media engines have no maintenance: `drain` keeps new calls from them");
    }
    return order(targets, "maintenance", Backend::maintenance, true);
  }

  private Map<String, @Nullable Object> undrain(ControlRequest request) throws RefusedException {
    Targets targets = targets(request);
    for (Backend backend : targets.backends()) {
      if (backend.health().state() == HealthState.MAINTENANCE) {
        throw new RefusedException(
            backend.path() + " is in maintenance, not draining: `ready` takes that back");
      }
    }
    return order(targets, "undrain", Backend::ready, false);
  }

  private Map<String, @Nullable Object> order(
      Targets targets, String verb, Consumer<Backend> order, boolean drains)
      throws RefusedException {
    for (String engine : targets.engines()) {
      LOG.info("ordered: {} media/{}", verb, engine);
      subject.drainEngine(engine, drains);
    }
    Set<Backend> backends = targets.backends();
    for (Backend backend : backends) {
      LOG.info("ordered: {} {}", verb, backend.path());
      order.accept(backend);
    }
    subject.settle();
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("backends", backends.stream().map(StatusReport::backend).toList());
    if (!targets.engines().isEmpty()) {
      answer.put("engines", engines(targets.engines()));
    }
    answer.put("notes", notes(backends));
    return answered(answer);
  }

  // Not refused: the last backend of a farm may well be meant.
  private List<String> notes(Set<Backend> touched) {
    List<String> notes = new ArrayList<>();
    for (Pool pool : subject.pools()) {
      if (pool.backends().stream().anyMatch(touched::contains)
          && pool.backends().stream().noneMatch(b -> b.health().state().takesCalls())) {
        notes.add("no backend of pool " + pool.name() + " takes calls now");
      }
    }
    return notes;
  }

  private List<Map<String, @Nullable Object>> engines(Set<String> names) {
    return subject.media().engines().stream()
        .filter(engine -> names.contains(engine.name()))
        .map(MediaTargets::engine)
        .toList();
  }

  private Targets targets(ControlRequest request) throws RefusedException {
    Targets found = new Targets(new LinkedHashSet<>(), new LinkedHashSet<>());
    for (String name : request.texts("backends")) {
      String engine = MediaTargets.engine(subject.media(), name);
      if (engine == null) {
        found.backends.add(backend(name));
      } else {
        found.engines.add(engine);
      }
    }
    return found;
  }

  private Backend backend(String name) throws RefusedException {
    List<Backend> all = subject.pools().stream().flatMap(pool -> pool.backends().stream()).toList();
    List<Backend> found =
        all.stream().filter(b -> b.path().equals(name) || b.name().equals(name)).toList();
    if (found.isEmpty()) {
      List<String> names = new ArrayList<>(all.stream().map(Backend::path).toList());
      names.addAll(MediaTargets.names(subject.media()));
      if (name.indexOf('/') < 0) {
        names = all.stream().map(Backend::name).distinct().toList();
      }
      throw new RefusedException(ControlRequest.unknown("the backend", name, names));
    }
    if (found.size() > 1) {
      throw new RefusedException(
          "`"
              + name
              + "` is in several pools: say "
              + String.join(" or ", found.stream().map(Backend::path).toList()));
    }
    return found.getFirst();
  }

  private static Map<String, @Nullable Object> answered(
      Map<String, ? extends @Nullable Object> of) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("version", 1);
    answer.putAll(of);
    return answer;
  }
}
