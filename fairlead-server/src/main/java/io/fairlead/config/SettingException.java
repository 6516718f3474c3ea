// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

/**
 * A value that a record's constructor refuses, naming the component so that the message can point
 * at its line.
 */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key the key in lower-dash, or an item of it, such as {@code backends[1]}
   * @param message what was expected, in words
   */
  public SettingException(String key, String message) {
    super(message);
    this.key = key;
  }

  /** The key in lower-dash. */
  public String key() {
    return key;
  }
}
