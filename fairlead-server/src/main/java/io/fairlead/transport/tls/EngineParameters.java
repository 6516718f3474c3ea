// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import org.jspecify.annotations.Nullable;

/**
 * What engines of one kind agree to. Immutable.
 *
 * @param identity what we show; null for nothing
 * @param policy versions and ciphers
 * @param client whether the peer is asked for a certificate; for engines that accept
 * @param trust judges what the peer shows; null when nothing is asked for
 * @param tickets for peers that resume
 */
record EngineParameters(
    @Nullable TlsIdentity identity,
    TlsPolicy policy,
    VerifyClient client,
    @Nullable PeerTrust trust,
    TicketKeys tickets) {}
