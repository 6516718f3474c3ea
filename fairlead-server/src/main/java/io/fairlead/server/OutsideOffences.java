// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Cluster;
import io.fairlead.guard.Offence;
import io.fairlead.guard.OffenceListener;
import io.fairlead.transport.Flow;

/**
 * Passes on what phones do. What comes by way of another node of the cluster says nothing of that
 * node. Immutable.
 *
 * @param guard hears the rest
 * @param nodes all nodes
 */
record OutsideOffences(OffenceListener guard, Cluster nodes) implements OffenceListener {
  @Override
  public void offence(Flow flow, Offence offence, boolean proven) {
    if (!nodes.isNode(flow)) {
      guard.offence(flow, offence, proven);
    }
  }

  @Override
  public void proved(Flow flow) {
    if (!nodes.isNode(flow)) {
      guard.proved(flow);
    }
  }
}
