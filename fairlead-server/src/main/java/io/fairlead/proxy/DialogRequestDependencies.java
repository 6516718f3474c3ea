// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Calls;
import java.util.function.LongSupplier;

/**
 * What a {@link DialogRequest} needs. Owned by one loop.
 *
 * @param tools what every request needs
 * @param sender sends it
 * @param hops where its route set leads
 * @param calls what its answer means for the call
 * @param clockMs epoch milliseconds
 */
record DialogRequestDependencies(
    ProxyTools tools, RequestSender sender, NextHops hops, Calls calls, LongSupplier clockMs) {}
