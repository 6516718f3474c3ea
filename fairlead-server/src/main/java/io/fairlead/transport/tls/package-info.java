// SPDX-License-Identifier: Apache-2.0
/**
 * Certificates, what they prove, and the contexts made of them.
 *
 * <ul>
 *   <li>Holds: settings; certificates and their reload; who a certificate speaks for.
 *   <li>Called by: transport, pool, server, cli.
 *   <li>Calls: config, observe, BoringSSL by Netty.
 *   <li>Owned by: shared, see docs/ownership.md.
 *   <li>Start at: {@link io.fairlead.transport.tls.TlsRuntime}.
 * </ul>
 */
@NullMarked
package io.fairlead.transport.tls;

import org.jspecify.annotations.NullMarked;
