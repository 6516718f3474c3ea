// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a registrar says of itself: meters and log lines.
 *
 * <p>Owned by one loop.
 */
final class RegistrarLog {
  private static final Logger LOG = LoggerFactory.getLogger("fairlead.registrar");

  private final String name;
  private final Map<RefusalCause, Counter> refused = new EnumMap<>(RefusalCause.class);
  private final Counter changed;
  private final Counter listed;
  private final Counter repeated;
  private final Counter registered;
  private final Counter renewed;
  private final Counter replaced;
  private final Counter removed;

  RegistrarLog(Meters meters, String name) {
    this.name = name;
    for (RefusalCause cause : RefusalCause.values()) {
      refused.put(cause, meters.counter(Meter.REGISTRAR_REQUESTS, name, cause.flag()));
    }
    this.changed = meters.counter(Meter.REGISTRAR_REQUESTS, name, "changed");
    this.listed = meters.counter(Meter.REGISTRAR_REQUESTS, name, "listed");
    this.repeated = meters.counter(Meter.REGISTRAR_REQUESTS, name, "repeated");
    this.registered = meters.counter(Meter.REGISTRAR_CHANGES, name, "registered");
    this.renewed = meters.counter(Meter.REGISTRAR_CHANGES, name, "renewed");
    this.replaced = meters.counter(Meter.REGISTRAR_CHANGES, name, "replaced");
    this.removed = meters.counter(Meter.REGISTRAR_CHANGES, name, "removed");
  }

  void refused(AddressOfRecord aor, RefusalCause cause) {
    Counter counter = refused.get(cause);
    if (counter != null) {
      counter.add();
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug("{}: {} refused: {}", name, aor, cause.doc());
    }
  }

  void changed() {
    changed.add();
  }

  void listed() {
    listed.add();
  }

  void repeated() {
    repeated.add();
  }

  void registered(AddressOfRecord aor, Binding binding) {
    registered.add();
    LOG.debug("{}: {} registered {}", name, aor, binding);
  }

  void renewed(AddressOfRecord aor, Binding before, Binding now) {
    renewed.add();
    boolean moved = !before.origin().equals(now.origin());
    if (moved) {
      LOG.info("{}: {} moved from {} to {}", name, aor, before, now);
    } else {
      LOG.debug("{}: {} renewed {}", name, aor, now);
    }
  }

  /** True when lines of renewals that say nothing new are wanted. */
  boolean tellsRenewals() {
    return LOG.isDebugEnabled();
  }

  /** A renewal that says nothing new. */
  void renewed() {
    renewed.add();
  }

  void replaced(AddressOfRecord aor, Binding binding) {
    replaced.add();
    LOG.info("{}: {} replaced {}", name, aor, binding);
  }

  void removed(AddressOfRecord aor, Binding binding) {
    removed.add();
    LOG.debug("{}: {} removed {}", name, aor, binding);
  }
}
