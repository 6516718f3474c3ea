// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.transport.Flow;

/**
 * One side of a dialog that is reached by a flow, as a {@link RouteCookie} notes it. Immutable.
 *
 * @param flow the way to it now
 * @param device {@link Device#NONE}, or which of the user's devices it is: it is looked for when
 *     the flow has ended
 * @param spare its Contact comes first, and the flow where that does not lead
 */
public record DialogSide(Flow flow, Device device, boolean spare) {
  /** The longest address of record that is noted. */
  static final int LONGEST_AOR = 80;

  /**
   * A registered device.
   *
   * @param mark a hash that tells the user's devices apart and stays when a device registers anew;
   *     0 for none
   * @param aor the address of record, in canonical bytes; empty when the dialog's own From or To
   *     names it
   */
  public record Device(int mark, byte[] aor) {
    /** None that is known. */
    public static final Device NONE = new Device(0, new byte[0]);
  }

  /** One that only the flow reaches. */
  public DialogSide(Flow flow, Device device) {
    this(flow, device, false);
  }

  /** One whose device is not known. */
  public static DialogSide of(Flow flow) {
    return new DialogSide(flow, Device.NONE);
  }

  boolean hasDevice() {
    return device.mark != 0 && device.aor.length <= LONGEST_AOR;
  }
}
