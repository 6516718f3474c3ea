// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

/**
 * What a {@link Fork} needs. Owned by one loop.
 *
 * @param tools what every request needs
 * @param sender sends it to each device
 * @param location where devices are
 */
record ForkDependencies(ProxyTools tools, RequestSender sender, LocationLookup location) {}
