// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.dialog.FlowToken;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Pool;
import io.fairlead.store.Bindings;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Wire;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the way to registrars behind us is built of, on one loop. Immutable.
 *
 * @param loop where it lives
 * @param loops how many there are
 * @param wire the way out
 * @param table the loop's transactions
 * @param pools the pool of that name as it is now, or null
 * @param bindings where users are
 * @param token writes the names of flows
 * @param hash of Call-IDs; the same over restarts
 * @param meters what is counted
 * @param clockMs epoch milliseconds
 * @param random spreads the times granted
 */
public record UpstreamHouse(
    Loop loop,
    int loops,
    Wire wire,
    TransactionTable table,
    Function<String, @Nullable Pool> pools,
    Bindings bindings,
    FlowToken token,
    SipHash hash,
    Meters meters,
    LongSupplier clockMs,
    RandomGenerator random) {
  long nowMs() {
    return clockMs.getAsLong();
  }
}
