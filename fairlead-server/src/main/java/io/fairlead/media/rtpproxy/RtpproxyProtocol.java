// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.rtpproxy;

import io.fairlead.loop.SelectorLoop;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.engine.CallProtocol;
import io.fairlead.media.engine.EngineProtocol;
import io.fairlead.media.engine.EngineSettings;
import io.fairlead.media.engine.RemoteEngine;
import io.fairlead.observe.Meters;
import java.nio.charset.StandardCharsets;

/**
 * An rtpproxy, spoken with by the commands of its version 20040107: V, U, L, Q, D. Immutable.
 *
 * @param name the engine's name
 * @param settings which of its two sides our networks are on
 */
public record RtpproxyProtocol(String name, EngineSettings settings) implements EngineProtocol {
  /**
   * An engine, checked from now on.
   *
   * @param home the loop of its socket
   */
  public static RemoteEngine engine(
      String name, EngineSettings settings, SelectorLoop home, Meters meters) {
    RtpproxyProtocol protocol = new RtpproxyProtocol(name, settings);
    return RemoteEngine.connect(new RemoteEngine.Wiring(name, settings, protocol, meters), home);
  }

  @Override
  public String kind() {
    return "rtpproxy";
  }

  @Override
  public byte[] ping() {
    return bytes("V");
  }

  // The date of the protocol; a later one would be another protocol.
  @Override
  public boolean alive(byte[] bytes, int from, int to) {
    return text(bytes, from, to).equals("20040107");
  }

  @Override
  public CallProtocol call(MediaRequest request) {
    return new RtpproxyCallProtocol(this, request);
  }

  static byte[] bytes(String command) {
    return (command + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).strip();
  }
}
