// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the backend that is to have it. Owned by one loop.
 *
 * @param key the request's {@linkplain Pool#hashKey key}
 * @param tried the backends that had this request already; the caller adds to it
 * @param resource what a call takes one of, or null
 * @param call true when it begins a call: then it needs one of the resource, and a place under
 *     max-cps
 */
public record PickRequest(long key, List<Backend> tried, @Nullable String resource, boolean call) {}
