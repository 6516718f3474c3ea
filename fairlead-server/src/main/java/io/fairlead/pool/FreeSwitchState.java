// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.esl.EslSettings;
import io.fairlead.pool.freeswitch.CallEnder;
import io.fairlead.pool.freeswitch.EventSocketState;
import io.fairlead.pool.freeswitch.FreeSwitch;
import io.fairlead.pool.freeswitch.HeartbeatFigures;
import io.fairlead.pool.freeswitch.MonitoredBackend;
import io.fairlead.pool.freeswitch.RoomReport;
import io.fairlead.pool.health.HealthState;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What follows for a backend, and for the rooms of its pool, from what its FreeSWITCH tells over
 * the event socket. Changed on the pool's home loop only. Shared: see docs/ownership.md.
 */
final class FreeSwitchState implements MonitoredBackend {
  private final Backend backend;
  private final RoomDirectory rooms;
  private volatile @Nullable FreeSwitch socket;
  private volatile @Nullable CallEnder callEnder;

  /**
   * @param rooms the pool's
   */
  FreeSwitchState(Backend backend, RoomDirectory rooms) {
    this.backend = backend;
    this.rooms = rooms;
  }

  /** Opens the event socket that the settings ask for, unless it is there already. */
  void open(FreeSwitch.Ground ground) {
    socket = FreeSwitch.of(this, socket, ground);
  }

  /** Closes the event socket, if there is one. */
  void close() {
    FreeSwitch open = socket;
    if (open != null) {
      socket = null;
      open.close();
    }
  }

  /** The event socket; null when none is configured. */
  @Nullable FreeSwitch socket() {
    return socket;
  }

  /** How it is with the event socket; null when none is configured. From any thread. */
  @Nullable EventSocketState link() {
    FreeSwitch open = socket;
    return open == null ? null : open.link();
  }

  /** What can end the backend's calls; null when nothing can. From any thread. */
  @Nullable CallEnder callEnder() {
    return callEnder;
  }

  /** The backend refused a call for lack of room. */
  void onRefused() {
    FreeSwitch open = socket;
    if (open != null) {
      open.onRefused();
    }
  }

  /** The backend's health has changed. */
  void onHealth(HealthState before, HealthState after) {
    FreeSwitch open = socket;
    if (open == null) {
      return;
    }
    if (after == HealthState.DOWN) {
      open.onDead();
    } else if (before == HealthState.DOWN) {
      open.onAlive();
    }
  }

  // ---- what FreeSWITCH tells ----

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public @Nullable InetSocketAddress address() {
    return backend.address();
  }

  @Override
  public @Nullable EslSettings esl() {
    return backend.settings().esl();
  }

  @Override
  public int load() {
    return backend.load();
  }

  @Override
  public @Nullable HeartbeatFigures figures() {
    return backend.figures();
  }

  @Override
  public void onFigures(@Nullable HeartbeatFigures next) {
    if (backend.capacity().figures(next)) {
      backend.tell(owner -> owner.supervisor().renew());
    }
  }

  @Override
  public void onCallEnder(@Nullable CallEnder next) {
    callEnder = next;
  }

  @Override
  public void onNoRoom(@Nullable String why) {
    backend.condition().noRoom(why);
  }

  @Override
  public void onLeaving(@Nullable String why) {
    backend.condition().leaving(why);
  }

  @Override
  public void onRestart(long startedNs) {
    backend.restarted(startedNs);
  }

  @Override
  public void onRoom(RoomReport room) {
    rooms.put(new RoomDirectory.Room(room, backend));
  }

  @Override
  public void onRoomGone(String key) {
    rooms.remove(backend, key);
  }

  @Override
  public void onRoomsGone() {
    rooms.lost(backend);
  }
}
