// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import org.jspecify.annotations.Nullable;

/**
 * Makes one kind of filter for the calls that need it, on one loop. Which calls do, the wiring says
 * by bits; they stand in the sealed cookie of the dialog, so that a node that never saw the call
 * makes the same.
 */
public interface FilterFactory {
  /** The bits that are its own, of the lowest eight; no two factories share one. */
  int mask();

  /**
   * Makes the filter of a call.
   *
   * @param bits those of its own that are set, never 0
   * @param call the call it is for
   * @return null when there is nothing to filter after all
   */
  @Nullable CallFilter make(int bits, FilteredCall call);
}
