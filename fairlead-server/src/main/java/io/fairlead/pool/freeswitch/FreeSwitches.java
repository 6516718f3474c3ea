// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import java.util.List;

/** Finds FreeSWITCHes by their pool; on the pools' home loop. */
public interface FreeSwitches {
  /** Those of the pool whose event socket is connected. */
  List<FreeSwitch> connected(String pool);
}
