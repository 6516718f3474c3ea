// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.loop.SelectorLoop;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.engine.CallProtocol;
import io.fairlead.media.engine.EngineProtocol;
import io.fairlead.media.engine.EngineSettings;
import io.fairlead.media.engine.RemoteEngine;
import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipWriter;
import org.jspecify.annotations.Nullable;

/**
 * An rtpengine, or another Fairlead's relay, spoken with by its ng protocol in bencoding.
 * Immutable.
 *
 * @param name the engine's name
 * @param settings what it calls our networks
 */
public record NgProtocol(String name, EngineSettings settings) implements EngineProtocol {
  /**
   * An engine, checked from now on.
   *
   * @param home the loop of its socket
   */
  public static RemoteEngine engine(
      String name, EngineSettings settings, SelectorLoop home, Meters meters) {
    NgProtocol protocol = new NgProtocol(name, settings);
    return RemoteEngine.connect(new RemoteEngine.Wiring(name, settings, protocol, meters), home);
  }

  @Override
  public String kind() {
    return "rtpengine";
  }

  @Override
  public byte[] ping() {
    return payload(new NgDictionary().put("command", "ping"));
  }

  @Override
  public boolean alive(byte[] bytes, int from, int to) {
    NgDictionary answer = read(bytes, from, to);
    return answer != null && answer.text("result").equals("pong");
  }

  @Override
  public CallProtocol call(MediaRequest request) {
    return new NgCallProtocol(name, settings.interfaces(), request);
  }

  static byte[] payload(NgDictionary body) {
    SipWriter out = new SipWriter(1024);
    NgMessage.payload(false, body, out);
    return out.copy();
  }

  static @Nullable NgDictionary read(byte[] bytes, int from, int to) {
    return Bencode.read(bytes, from, to);
  }
}
