// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.loop.Loop;
import io.fairlead.observe.Counter;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has ordered for one backend. Orders are carried out on the home loop; the drain
 * that stands may be read by any thread. Shared: see docs/ownership.md.
 */
final class OperatorOrders {
  private final Backend backend;
  private final Loop home;
  private final Counter overdue;
  private volatile @Nullable Drain drain;

  OperatorOrders(Backend backend, Loop home, Counter overdue) {
    this.backend = backend;
    this.home = home;
    this.overdue = overdue;
  }

  /** The drain that stands, or null. */
  @Nullable Drain draining() {
    return drain;
  }

  /** No new calls; an order given while one stands takes its place. */
  void drain(DrainOrder order) {
    Drain standing = drain;
    backend.condition().drain(order.text());
    if (standing == null) {
      Drain begun = new Drain(backend, home, overdue);
      drain = begun;
      begun.begin(order);
    } else {
      standing.change(order);
    }
  }

  /** No new calls, and expected to be off. */
  void maintain() {
    end();
    backend.condition().maintain("by order");
  }

  /** No order any more. */
  void ready() {
    end();
    backend.condition().ready();
  }

  /** Ends a drain that stands. */
  void end() {
    Drain standing = drain;
    drain = null;
    if (standing != null) {
      standing.stop();
    }
  }
}
