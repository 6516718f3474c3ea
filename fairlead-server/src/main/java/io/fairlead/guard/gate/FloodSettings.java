// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.config.Setting;

/**
 * The budget of each source. Immutable.
 *
 * @param perSource what a source may send
 * @param exempt who is not counted
 */
public record FloodSettings(
    @Setting(
            value = "30/2s",
            shortForm = true,
            doc =
                "Messages that a source may send: an IPv4 address, or a /64 of IPv6. What is more"
                    + " is dropped and counted. 30 in 2 s are what one busy phone sends when it"
                    + " registers all its lines at once, and no more.")
        MessageRate perSource,
    @Setting(
            value = "registered",
            doc =
                "Who is not counted, beside `guard.allow`, backends and nodes: with `registered`"
                    + " also sources that have a registration or a live call; with `allowed` nobody"
                    + " else, and a source with n registrations may send n + 1 times as much.")
        FloodExemption exempt) {}
