// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.Pool;
import io.fairlead.route.Route;
import io.fairlead.store.Binding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a request outside a dialog goes. Immutable. */
sealed interface ChosenWay {
  /**
   * To a backend of a pool.
   *
   * @param route whose edits are made
   * @param owner the one backend that can answer; null when any can
   */
  record ToPool(Route route, Pool pool, @Nullable AuthoritativeBackend owner)
      implements ChosenWay {}

  /**
   * To the devices of a registered user.
   *
   * @param bindings best first; taken over
   */
  record ToUser(List<Binding> bindings) implements ChosenWay {}

  /** Over one flow, or to another node. */
  record ToOne(BranchDestination destination) implements ChosenWay {}
}
