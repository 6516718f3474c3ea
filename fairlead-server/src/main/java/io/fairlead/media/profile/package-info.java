// SPDX-License-Identifier: Apache-2.0
/**
 * Profiles: how each side of a call wants its media, by network.
 *
 * <ul>
 *   <li>Holds: what an operator sets for a side, profiles by name.
 *   <li>Called by: {@code media} and its parts, {@code server}.
 *   <li>Calls: {@code media.srtp} for the names of suites, {@code config}.
 *   <li>Owned by: nobody; all of it is immutable, but which profiles there are, which a reload
 *       swaps.
 *   <li>Start at: {@link io.fairlead.media.profile.SideProfile}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.profile;

import org.jspecify.annotations.NullMarked;
