// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import java.util.List;

/**
 * What a WebSocket listener accepts. Immutable.
 *
 * @param path where on the server
 * @param origins pages that may connect; empty for all
 * @param pingInterval how often a silent peer is asked for a sign of life
 * @param pongTimeout how long it may take to answer
 */
public record WebSocketSettings(
    @Setting(
            value = "/",
            doc = "The path browsers connect to; another one gets 404. / accepts every path.")
        String path,
    @Setting(
            doc =
                "Pages that may connect, as https://phone.example.com; a browser on another page"
                    + " gets 403. Without any: all may, so passwords are the only guard.")
        List<String> origins,
    @Setting(
            value = "25s",
            doc =
                "How often a peer that was silent is pinged: more often than the shortest timeout"
                    + " of common proxies and NATs, 30 s. The pings of a registrar's keepalive"
                    + " count, no other is sent beside them. 0s: never.")
        Duration pingInterval,
    @Setting(value = "10s", doc = "A peer that does not answer a ping within this time is cut.")
        Duration pongTimeout) {
  /** All by default. */
  public static final WebSocketSettings USUAL =
      new WebSocketSettings("/", List.of(), Duration.ofSeconds(25), Duration.ofSeconds(10));

  public WebSocketSettings {
    if (!path.startsWith("/")) {
      throw new SettingException("path", "expected a path that begins with /");
    }
    if (pingInterval.isNegative()) {
      throw new SettingException("ping-interval", "expected 0s or more");
    }
    if (!pongTimeout.isPositive()) {
      throw new SettingException("pong-timeout", "the duration must be above zero");
    }
    origins = List.copyOf(origins);
  }
}
