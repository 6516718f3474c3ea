// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.limit.LimitStatus;
import io.fairlead.media.MediaStatus;
import io.fairlead.pool.Pool;
import io.fairlead.transport.Listener;
import java.time.Duration;
import java.util.List;

/** A running Fairlead as control sees it. Called by threads that may wait. */
public interface ControlledFairlead {
  /** {@code 0.1.0}. */
  String version();

  /** For how long it has run. */
  Duration uptime();

  /** The configuration file. */
  String config();

  /** Where traffic comes in. */
  List<Listener> listeners();

  /** The pools as they are now. */
  List<Pool> pools();

  /** Live calls, those being set up included. */
  int calls();

  /** Calls being set up. */
  int settingUp();

  /** Bindings of all registrars. */
  long bindings();

  /** How much of the time each loop was awake, in thousandths. */
  List<Long> loops();

  /**
   * The limits of the guard.
   *
   * @param most how many keys are named of each
   */
  List<LimitStatus> limits(int most);

  /** What relays media. */
  MediaStatus media();

  /** Who is banned. */
  Bans bans();

  /**
   * Gives a media engine no new calls, or again some.
   *
   * @param engine its name
   */
  void drainEngine(String engine, boolean on);

  /** Waits until the orders given before by this thread have been carried out. */
  void settle() throws RefusedException;

  /**
   * Reads the configuration again.
   *
   * @return what changed
   * @throws RefusedException with the errors of the file
   */
  List<String> reload() throws RefusedException;
}
