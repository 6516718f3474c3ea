// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.time.Duration;

/** Listener settings with a few changes. */
final class Tuned {
  private final BindAddress bind;
  int maxMessageSize = ListenerSettings.LARGEST_MESSAGE;
  Duration connectTimeout = Duration.ofSeconds(2);
  Duration messageTimeout = Duration.ofSeconds(30);
  Duration idleTimeout = Duration.ofMinutes(10);
  int writeBuffer = 1 << 20;
  int maxConnections = 20_000;
  int maxConnectionsPerSource = 20_000;

  Tuned(String bind) {
    this.bind = BindAddress.parse(bind);
  }

  ListenerSettings settings() {
    return new ListenerSettings(
        bind,
        "tuned",
        null,
        1 << 20,
        1 << 20,
        64,
        maxMessageSize,
        connectTimeout,
        messageTimeout,
        idleTimeout,
        writeBuffer,
        maxConnections,
        maxConnectionsPerSource);
  }
}
