// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.loop.Timer;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers again at a backend that came back what it had, and removes there what has ended here:
 * for each backend a queue that is worked off at a bounded rate, at uneven intervals.
 *
 * <pre>
 *   (all held) --begin--> WALKING --fill--> PENDING --each sent--> (all held)
 * </pre>
 *
 * While the table is walked nothing of the backend counts as held there; afterwards what is not yet
 * registered again does not.
 *
 * <p>Owned by one loop.
 */
final class RegistrationReplay {
  private static final Logger LOG = LoggerFactory.getLogger(RegistrationReplay.class);
  private static final long TICK_NS = Duration.ofMillis(100).toNanos();

  /** Removals are a courtesy: more than that wait for their expiry. */
  private static final int MAX_REMOVALS = 50_000;

  private record Removal(AddressOfRecord aor, Binding binding) {}

  private final UpstreamRegistrar registrar;
  private final double perTick;
  private final Map<String, Queue> queues = new HashMap<>();

  RegistrationReplay(UpstreamRegistrar registrar, int perSecond, int loops) {
    this.registrar = registrar;
    this.perTick = (double) perSecond / loops * TICK_NS / Duration.ofSeconds(1).toNanos();
  }

  /** The backend came back; what it had is about to be looked up. */
  void begin(String backend) {
    Queue queue = queue(backend);
    queue.walking = true;
    queue.refusalSaid = false;
    queue.pending.clear();
  }

  /** It had bindings of these. */
  void fill(String backend, List<AddressOfRecord> had) {
    Queue queue = queue(backend);
    queue.walking = false;
    queue.pending.addAll(had);
    queue.arm();
  }

  /** It is down: what waits for it waits for its return. */
  void drop(String backend) {
    Queue queue = queues.remove(backend);
    if (queue != null) {
      registrar.timers().cancel(queue);
    }
  }

  /** Whether the backend has, as far as we know, what it accepted for the address of record. */
  boolean holds(AddressOfRecord aor, String backend) {
    Queue queue = queues.get(backend);
    return queue == null || !queue.walking && !queue.pending.contains(aor);
  }

  /** The backend has just accepted a device's own REGISTER. */
  void settled(AddressOfRecord aor, String backend) {
    Queue queue = queues.get(backend);
    if (queue != null) {
      queue.pending.remove(aor);
    }
  }

  /** A binding has ended here that the backend still has. */
  void remove(AddressOfRecord aor, Binding binding) {
    Queue queue = queue(binding.upstream().backend());
    if (queue.removals.size() < MAX_REMOVALS) {
      queue.removals.add(new Removal(aor, binding));
      queue.arm();
    }
  }

  /** How many addresses of record wait. */
  int waiting() {
    return queues.values().stream().mapToInt(queue -> queue.pending.size()).sum();
  }

  /** A backend refuses what we register for its users; said once for each return. */
  void refused(String backend, int status) {
    Queue queue = queue(backend);
    if (!queue.refusalSaid) {
      queue.refusalSaid = true;
      LOG.warn(
          "backend {} answers {} to registrations that registrar {} makes again for its users: it"
              + " must trust our address, or the users' passwords must be configured here; until"
              + " then each user is registered there again by the device's next renewal",
          backend,
          status,
          registrar.name());
    }
  }

  private Queue queue(String backend) {
    return queues.computeIfAbsent(backend, Queue::new);
  }

  /** What is to be told one backend. */
  private final class Queue extends Timer {
    private final String name;
    private final LinkedHashSet<AddressOfRecord> pending = new LinkedHashSet<>();
    private final ArrayDeque<Removal> removals = new ArrayDeque<>();
    private boolean walking;
    private boolean refusalSaid;
    private double allowance;

    Queue(String name) {
      this.name = name;
    }

    void arm() {
      if (!armed() && !(pending.isEmpty() && removals.isEmpty())) {
        registrar.timers().schedule(this, (long) (TICK_NS * (0.5 + registrar.random())));
      }
    }

    @Override
    protected void onTimer() {
      Pool pool = registrar.pool();
      Backend backend = pool == null ? null : pool.backend(name);
      allowance = Math.min(allowance, 1) + perTick;
      boolean more = backend != null;
      while (backend != null && more && allowance >= 1) {
        more = work(backend);
      }
      arm();
    }

    @Override
    protected boolean repeats() {
      return true;
    }

    // False when there is nothing left.
    private boolean work(Backend backend) {
      AddressOfRecord aor = nextPending();
      if (aor != null) {
        allowance -= registrar.registerAgain(aor, backend);
        return true;
      }
      Removal removal = removals.poll();
      if (removal != null) {
        allowance--;
        registrar.removeThere(removal.aor, removal.binding, backend);
      }
      return removal != null;
    }

    private @Nullable AddressOfRecord nextPending() {
      Iterator<AddressOfRecord> all = pending.iterator();
      if (!all.hasNext()) {
        return null;
      }
      AddressOfRecord first = all.next();
      all.remove();
      return first;
    }
  }
}
