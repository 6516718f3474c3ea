// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

/**
 * What relays the media of calls: our own relay, an rtpengine, an rtpproxy. A call stays with its
 * engine for life.
 *
 * <p>Shared: see docs/ownership.md.
 */
public interface MediaEngine {
  /** The name in configuration, log and meters. */
  String name();

  /**
   * Begins to relay for a call. Nothing is taken before its first offer.
   *
   * @param request which call, on which loop, between which networks
   * @param observer is told of what happens meanwhile, on the call's loop
   */
  MediaCall open(MediaRequest request, MediaObserver observer);
}
