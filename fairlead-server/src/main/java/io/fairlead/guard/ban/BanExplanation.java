// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.net.Cidr;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with a source. Immutable.
 *
 * @param network the source, or the network asked for
 * @param ban its ban; null for none
 * @param around a banned network it is in; null for none
 * @param exempt why it is not banned whatever it does; empty when it may be
 * @param points what it has now
 * @param threshold what bans
 * @param offences what the points are for, in words
 * @param sinceMs when the first of them was; 0 for none
 * @param times how often it has been banned
 */
public record BanExplanation(
    Cidr network,
    @Nullable Ban ban,
    @Nullable Ban around,
    String exempt,
    int points,
    int threshold,
    String offences,
    long sinceMs,
    int times) {}
