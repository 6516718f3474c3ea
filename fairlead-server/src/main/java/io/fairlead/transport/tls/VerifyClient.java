// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

/** Whether those who connect must show a certificate. */
public enum VerifyClient {
  /** None is asked for. */
  NONE,
  /** One is asked for, and verified when it is shown. */
  OPTIONAL,
  /** Without a valid one the handshake fails. */
  REQUIRE
}
