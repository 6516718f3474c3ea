// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/** A listener cannot be opened; the message is for the operator and names each one and why. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line per listener
   */
  public ListenException(String message) {
    super(message);
  }
}
