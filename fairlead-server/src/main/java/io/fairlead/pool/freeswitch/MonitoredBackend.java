// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslSettings;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The backend whose event socket it is: where to connect to, and who hears what its FreeSWITCH
 * tells. On the pool's home loop, where nothing else is said.
 */
public interface MonitoredBackend {
  /** Its name, unique in the pool. */
  String name();

  /** Where it is; null for a host name that leads nowhere. */
  @Nullable InetSocketAddress address();

  /** What is configured of its event socket; null when it has none. */
  @Nullable EslSettings esl();

  /** Our own live calls there now. */
  int load();

  /** The last of {@link #onFigures}; null when it was null, or there was none. From any thread. */
  @Nullable HeartbeatFigures figures();

  /** It says this of itself; null when its event socket is gone for good. */
  void onFigures(@Nullable HeartbeatFigures figures);

  /** Its calls can be ended by this from now on; null when they no longer can. */
  void onCallEnder(@Nullable CallEnder ender);

  /**
   * It has no room for calls, or has again.
   *
   * @param why null when it has
   */
  void onNoRoom(@Nullable String why);

  /**
   * It shuts down, or does no longer.
   *
   * @param why null when it does not
   */
  void onLeaving(@Nullable String why);

  /** It was started anew, at that time. */
  void onRestart(long startedNs);

  /** This stands for its rooms of that key from now on; the same again when nothing has changed. */
  void onRoom(RoomReport room);

  /** It has no room of that key any more. */
  void onRoomGone(String key);

  /** It has no rooms any more: it died or was started anew. */
  void onRoomsGone();
}
