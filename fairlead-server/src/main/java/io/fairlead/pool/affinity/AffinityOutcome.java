// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

/** What became of a call with a key, as the meter has it. */
public enum AffinityOutcome {
  /** It went where its key lives. */
  HOME("home"),
  /** Its key lived nowhere and got a backend. */
  NEW("new"),
  /** The backend of its key is full; it went to another. */
  SPILLED("spilled"),
  /** The backend of its key failed; the key got another. */
  REHOMED("rehomed"),
  /** It was refused since it may go to no other backend than one that takes it not. */
  REFUSED("refused"),
  /** It got a backend that is not remembered: the table of keys is full. */
  UNKEPT("unkept");

  private final String text;

  AffinityOutcome(String text) {
    this.text = text;
  }

  /** The label of the meter. */
  public String text() {
    return text;
  }
}
