// SPDX-License-Identifier: Apache-2.0
/**
 * Registrars behind us: the modes forward and mid.
 *
 * <ul>
 *   <li>Holds: the way of a REGISTER to the backend that has its address of record and back, what
 *       is learned from the answer, what is answered without asking, and registering again what a
 *       backend lost.
 *   <li>Called by: registrar and server.
 *   <li>Calls: pool, store, dialog, transaction, transport, sip.
 *   <li>Owned by: the loop that owns the address of record.
 *   <li>Start at: {@link io.fairlead.registrar.upstream.UpstreamRegistrar}.
 * </ul>
 */
@NullMarked
package io.fairlead.registrar.upstream;

import org.jspecify.annotations.NullMarked;
