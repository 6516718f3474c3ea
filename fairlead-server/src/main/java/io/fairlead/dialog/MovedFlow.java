// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.transport.Flow;

/**
 * The flow by which one side of a call spoke last, when that is another than our Record-Route says:
 * a NAT has given it another port, or it has another address. Immutable.
 *
 * @param flow the way to it now
 * @param atMs when it spoke, epoch milliseconds
 */
public record MovedFlow(Flow flow, long atMs) {
  /** True for the very way on which a message came. */
  public boolean isOver(Flow other) {
    return isSame(flow, other);
  }

  /** True when two flows are the same way to the same peer. */
  public static boolean isSame(Flow one, Flow other) {
    return one.connection() == other.connection()
        && one.remote().equals(other.remote())
        && one.transport().equals(other.transport());
  }
}
