// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.loop.Loop;
import io.fairlead.observe.Meters;
import io.fairlead.store.Bindings;
import io.fairlead.transport.OutboundFlows;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the keepalives of one loop stand on. Immutable.
 *
 * @param loop where they live
 * @param wire the way out
 * @param bindings where users are
 * @param observer hears of bindings that ended
 * @param meters what is counted
 * @param clockMs epoch milliseconds
 * @param random spreads keepalives over time
 * @param node this node's number, as in {@code Binding.Origin}: only its own flows are kept open
 */
public record KeepaliveDependencies(
    Loop loop,
    OutboundFlows wire,
    Bindings bindings,
    Bindings.Observer observer,
    Meters meters,
    LongSupplier clockMs,
    RandomGenerator random,
    int node) {}
