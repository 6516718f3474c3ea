// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

/** Fairlead cannot start; the message says why in words for the operator. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A reason to refuse the start. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
