// SPDX-License-Identifier: Apache-2.0
/**
 * Whose key is it? The certificates that Identity headers name (RFC 8226): fetched, judged, and
 * kept for a while.
 *
 * <ul>
 *   <li>Holds: certificates and failures by URL, the trust anchors, what may be found of a call.
 *   <li>Called by: {@code guard.identity}.
 *   <li>Calls: {@code transport.tls}, {@code observe}, {@code config}, {@code net}.
 *   <li>Owned by: nobody; shared by the virtual threads that verify.
 *   <li>Start at: {@link io.fairlead.guard.identity.certificate.CredentialCache}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.identity.certificate;

import org.jspecify.annotations.NullMarked;
