// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Calls;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.dns.Locator;
import io.fairlead.guard.Guard;
import io.fairlead.guard.ban.UpstreamOffences;
import io.fairlead.guard.limit.CallLimiter;
import io.fairlead.guard.overload.LoadShedding;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.store.Bindings;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.OutboundFlows;
import java.util.function.LongSupplier;

/**
 * What a proxy is built of, on one loop.
 *
 * <p>Immutable.
 *
 * @param loop where it lives
 * @param wire the way out
 * @param table the loop's transactions
 * @param calls the live calls of the loop
 * @param locator finds next hops
 * @param log what it says of itself
 * @param keys seal routing cookies
 * @param hash for loop detection and stateless branches; all loops and all nodes of a cluster
 *     should have the same
 * @param settings how requests are forwarded
 * @param timerCNs how long an INVITE may ring, in nanoseconds
 * @param challengeMemoryNs how long a challenge is remembered, in nanoseconds
 * @param bindings where users are
 * @param clockMs epoch milliseconds
 * @param nodes the other nodes
 * @param owners finds calls of all loops
 * @param guard what may come in
 * @param limiter says how many calls there may be
 * @param shedding which new calls are too many
 * @param offences hears what those behind us answer to who registers
 */
public record ProxyDependencies(
    Loop loop,
    OutboundFlows wire,
    TransactionTable table,
    Calls calls,
    Locator locator,
    ProxyLog log,
    CookieKeys keys,
    SipHash hash,
    ProxySettings settings,
    long timerCNs,
    long challengeMemoryNs,
    Bindings bindings,
    LongSupplier clockMs,
    PeerNodes nodes,
    DialogLookup owners,
    Guard guard,
    CallLimiter limiter,
    LoadShedding shedding,
    UpstreamOffences offences) {}
