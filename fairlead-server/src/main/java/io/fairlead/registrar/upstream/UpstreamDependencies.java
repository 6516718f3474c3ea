// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.dialog.FlowToken;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Pool;
import io.fairlead.registrar.RegistrarDependencies;
import io.fairlead.route.RequestLog;
import io.fairlead.store.Bindings;
import io.fairlead.transaction.TransactionTable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the way to registrars behind us is built of, on one loop. Immutable.
 *
 * @param registrar what every registrar is built of
 * @param loops how many loops there are
 * @param table the loop's transactions
 * @param pools the pool of that name as it is now, or null
 * @param token writes the names of flows
 * @param ha1s what proves our users
 * @param log what is said of requests
 */
public record UpstreamDependencies(
    RegistrarDependencies registrar,
    int loops,
    TransactionTable table,
    Function<String, @Nullable Pool> pools,
    FlowToken token,
    Ha1Source ha1s,
    RequestLog log) {
  Loop loop() {
    return registrar.loop();
  }

  Bindings bindings() {
    return registrar.bindings();
  }

  Meters meters() {
    return registrar.meters();
  }

  /** The number of this node; 0 when there is one only. */
  int node() {
    return registrar.nodes().own();
  }

  /** Epoch milliseconds. */
  long nowMs() {
    return registrar.clockMs().getAsLong();
  }
}
