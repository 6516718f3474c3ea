// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/** What came of a command. Immutable. */
public sealed interface EslReply {
  /**
   * The answer.
   *
   * @param body as sent, {@code -ERR} answers included
   */
  record Text(String body) implements EslReply {
    /** True when FreeSWITCH says that it went wrong. */
    public boolean isError() {
      return body.startsWith("-ERR");
    }
  }

  /**
   * There was none.
   *
   * @param why in words
   */
  record Failed(String why) implements EslReply {}
}
