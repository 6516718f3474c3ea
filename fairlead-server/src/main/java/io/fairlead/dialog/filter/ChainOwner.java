// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;

/** The call that has a chain. Called on its loop. */
public interface ChainOwner {
  /** What the log will say of it. */
  CallRecord record();

  /** We are about to end it ourselves: whoever answers first, the log says that it was us. */
  void onEnding(RefusalCause cause);
}
