// SPDX-License-Identifier: Apache-2.0
/**
 * Who is calling, proven? STIR/SHAKEN: PASSporTs of calls that come in are verified, and calls that
 * leave are signed (RFC 8224, 8225, 8588).
 *
 * <ul>
 *   <li>Holds: PASSporTs and the two filters of calls; the certificates are in {@code certificate}.
 *   <li>Called by: {@code guard}, {@code server}.
 *   <li>Calls: {@code dialog}, {@code transport}, {@code sip}, {@code observe}, {@code config},
 *       {@code loop}, {@code net}.
 *   <li>Owned by: filters by their call's loop; cryptography and downloads run on virtual threads.
 *   <li>Start at: {@link io.fairlead.guard.identity.StirShaken}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.identity;

import org.jspecify.annotations.NullMarked;
