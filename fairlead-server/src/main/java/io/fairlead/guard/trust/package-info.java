// SPDX-License-Identifier: Apache-2.0
/**
 * Trust domains (RFC 3325) and privacy (RFC 3323): what is believed of whom, and who learns what.
 *
 * <ul>
 *   <li>Holds: the trust of each network, which header lines pass into and out of the trust domain,
 *       what a Privacy header asks for.
 *   <li>Called by: {@code guard.edge}, which stands where messages cross.
 *   <li>Calls: {@code transport}, {@code sip}, {@code config}.
 *   <li>Owned by: what works on messages by one loop, all else never changes.
 *   <li>Start at: {@link io.fairlead.guard.trust.TrustRules}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.trust;

import org.jspecify.annotations.NullMarked;
