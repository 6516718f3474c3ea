// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.loop.Loop;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.sdp.SdpParser;

/**
 * Our own relay as a media engine.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class RelayEngine implements MediaEngine {
  private final String name;
  private final StreamFactory streams;
  private final SdpTools[] tools;
  private volatile Rules rules;

  /**
   * What new descriptions are held to.
   *
   * @param settings as configured
   * @param sendFirst from them
   */
  record Rules(RelaySettings settings, UnlatchedSendPolicy sendFirst) {}

  /**
   * What reads and writes on one loop.
   *
   * @param parser whose descriptions are borrowed until its next one
   * @param writer whose result is too
   */
  record SdpTools(SdpParser parser, DescriptionWriter writer) {}

  /**
   * An engine on a relay.
   *
   * @param name in log and meters
   * @param settings as configured
   * @param streams where streams come from
   * @param loops how many loops calls come from; their numbers are below
   */
  public RelayEngine(String name, RelaySettings settings, StreamFactory streams, int loops) {
    this.name = name;
    this.streams = streams;
    this.rules = rules(settings);
    this.tools = new SdpTools[loops];
    for (int i = 0; i < loops; i++) {
      tools[i] = new SdpTools(new SdpParser(), new DescriptionWriter());
    }
  }

  private static Rules rules(RelaySettings settings) {
    return new Rules(settings, new UnlatchedSendPolicy(settings));
  }

  @Override
  public String name() {
    return name;
  }

  /** Takes what a reload may change: who is sent to first, timeouts, how many streams. */
  public void reload(RelaySettings settings) {
    rules = rules(settings);
  }

  @Override
  public MediaCall open(MediaRequest request, MediaObserver observer) {
    return new RelayedCall(this, request, observer);
  }

  Rules rules() {
    return rules;
  }

  StreamFactory streams() {
    return streams;
  }

  SdpTools tools(Loop loop) {
    return tools[loop.index()];
  }
}
