// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.guard.overload.LoadShedding;

/**
 * What a {@link Failover} needs. Owned by one loop.
 *
 * @param tools what every request needs
 * @param sender sends it to each backend
 * @param challenges which backend waits for the credentials of a request
 * @param devices for what goes to the devices of a user after all
 * @param shedding which calls no overload keeps back
 */
record FailoverDependencies(
    ProxyTools tools,
    RequestSender sender,
    ChallengeMemory challenges,
    ForkDependencies devices,
    LoadShedding shedding) {}
