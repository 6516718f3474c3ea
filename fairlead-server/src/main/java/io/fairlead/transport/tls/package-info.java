// SPDX-License-Identifier: Apache-2.0
/**
 * Certificates, what they prove, and the contexts made of them.
 *
 * <ul>
 *   <li>Holds: settings; certificates and their reload; who a certificate speaks for.
 *   <li>Called by: transport, pool, cli.
 *   <li>Calls: config.
 *   <li>Owned by: shared contexts, see docs/ownership.md.
 *   <li>Start at: {@link io.fairlead.transport.tls.TlsSettings}.
 * </ul>
 */
@NullMarked
package io.fairlead.transport.tls;

import org.jspecify.annotations.NullMarked;
