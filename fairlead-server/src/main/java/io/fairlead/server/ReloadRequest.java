// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.admin.RefusedException;
import java.util.List;

/** Has whoever runs Fairlead read the configuration again. */
public interface ReloadRequest {
  /**
   * Waits until it is done.
   *
   * @return what changed
   * @throws RefusedException with the errors of the file
   */
  List<String> reload() throws RefusedException;
}
