// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

/** One of the two who talk: who sent the call's INVITE, or who has it. */
public enum Party {
  CALLER,
  CALLEE;

  /** Who it talks with. */
  public Party other() {
    return this == CALLER ? CALLEE : CALLER;
  }
}
