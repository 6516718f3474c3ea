// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslEvent;
import io.fairlead.esl.EslReply;
import io.fairlead.esl.EslSession;
import io.fairlead.loop.Loop;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Which start of a FreeSWITCH speaks: its Core-UUID is another one after each. It is asked for as
 * soon as the event socket is connected, for the first heartbeat comes up to an interval later; and
 * it stands in every event.
 *
 * <p>Owned by one loop, the pool's home.
 */
final class RestartDetector {
  private static final String WHICH = "global_getvar core_uuid";
  private static final String UPTIME = "uptime ms";
  private static final int LONGEST = 64;

  private final Loop home;
  private final LongConsumer restarted;
  private String known = "";
  private String asked = "";
  private long heardNs;

  /**
   * @param restarted is told that it was started anew, and when, in time of the home loop
   */
  RestartDetector(Loop home, LongConsumer restarted) {
    this.home = home;
    this.restarted = restarted;
  }

  /** Asks the one that has just been connected. */
  void ask(EslSession session) {
    asked = "";
    session.api(WHICH, answer -> asked = text(answer));
    session.api(UPTIME, answer -> onUptime(text(answer)));
  }

  private static String text(EslReply answer) {
    return answer instanceof EslReply.Text text && !text.isError() ? text.body().strip() : "";
  }

  private void onUptime(String uptimeMs) {
    if (!asked.isEmpty() && asked.length() <= LONGEST) {
      said(asked, uptimeMs);
    }
  }

  /** It is heard no more: what is started anew is so after this. */
  void cut() {
    heardNs = home.nowNs();
  }

  /** Reads what an event says. */
  void onEvent(EslEvent event) {
    String uuid = event.header("Core-UUID");
    if (uuid != null && !uuid.isEmpty()) {
      String uptimeMs = event.header("Uptime-msec");
      said(uuid, uptimeMs == null ? "" : uptimeMs);
    }
  }

  // Where it does not say how long it is up, it is so since it was heard last as another.
  private void said(String uuid, String uptimeMs) {
    String before = known;
    long beforeNs = heardNs;
    known = uuid;
    heardNs = home.nowNs();
    if (!before.isEmpty() && !before.equals(uuid)) {
      // Thirty years; more would not fit into nanoseconds.
      boolean told = uptimeMs.matches("[0-9]{1,12}");
      restarted.accept(
          told ? heardNs - Duration.ofMillis(Long.parseLong(uptimeMs)).toNanos() : beforeNs);
    }
  }
}
