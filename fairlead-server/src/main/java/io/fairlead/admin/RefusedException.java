// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

/** A request is not carried out; nothing was changed. The message says why, for people. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  public RefusedException(String why) {
    super(why);
  }

  /** Why. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
