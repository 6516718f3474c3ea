// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.OffenceListener;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Meters;
import io.fairlead.store.Bindings;
import io.fairlead.transaction.ReplyPath;
import io.fairlead.transport.OutboundFlows;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the registrars of one loop are built of. Immutable.
 *
 * @param loop where they live
 * @param wire the way out
 * @param replyPath where answers go
 * @param bindings where users are
 * @param keys seal what devices carry for us
 * @param meters what is counted
 * @param clockMs epoch milliseconds
 * @param random spreads the times granted
 * @param observer hears of every change
 * @param nodes those that share the bindings
 * @param relay the way to another node
 * @param offences hears who gives wrong answers, and right ones
 */
public record RegistrarDependencies(
    Loop loop,
    OutboundFlows wire,
    ReplyPath replyPath,
    Bindings bindings,
    CookieKeys keys,
    Meters meters,
    LongSupplier clockMs,
    RandomGenerator random,
    RegistrarObserver observer,
    Cluster nodes,
    NodeForwarder relay,
    OffenceListener offences) {}
