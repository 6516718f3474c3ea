// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.media.MediaRequest;

/** How one kind of engine is spoken with. Immutable. */
public interface EngineProtocol {
  /** Its name in configuration: {@code rtpengine}. */
  String kind();

  /** What a living engine answers, without its cookie. */
  byte[] ping();

  /** True when that is the answer to {@link #ping} of an engine that takes calls. */
  boolean alive(byte[] bytes, int from, int to);

  /** How a call is told to it. */
  CallProtocol call(MediaRequest request);
}
