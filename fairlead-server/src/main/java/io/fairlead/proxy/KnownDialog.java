// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.Party;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the dialog that a request belongs to. Owned by one loop.
 *
 * @param call the call it is; null when that is not known here
 * @param filters what looks at its messages; null when nothing does
 * @param fromCaller the request comes from the side that began it
 */
record KnownDialog(@Nullable Call call, @Nullable FilterChain filters, boolean fromCaller) {
  /** Nothing: another node decides. */
  static final KnownDialog NONE = new KnownDialog(null, null, true);

  /** Who sent the request. */
  Party sender() {
    return fromCaller ? Party.CALLER : Party.CALLEE;
  }
}
