// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslReply;
import io.fairlead.esl.EslSession;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.regex.Pattern;

/**
 * How many wait in the queues of mod_callcenter, and how many agents serve them, which their list
 * does not say. One queue after the other is asked for, so that no other question waits behind
 * many. Waiting is who is offered no agent yet or is being offered one; FreeSWITCH counts those too
 * who talk to one or have given up.
 *
 * <p>Owned by one loop, the pool's home.
 */
final class QueueCounts {
  /** Hears the numbers. */
  interface Taker {
    /** A queue is about to be asked for; what an event says from now on is newer. */
    void onAsked(String queue);

    /** So many wait, and so many agents are not logged out. */
    void onCounted(String queue, int members, int agents);
  }

  private static final String MEMBERS = "callcenter_config queue list members ";
  private static final String AGENTS = "callcenter_config queue count agents ";
  private static final Pattern NAME = Pattern.compile("[\\p{Graph}&&[^'\"\\\\]]+");
  private static final int UNKNOWN = -1;

  private final Taker taker;
  private final Queue<String> left = new ArrayDeque<>();
  private int round;
  private boolean asking;

  QueueCounts(Taker taker) {
    this.taker = taker;
  }

  /** Asks for these, unless those of an earlier time are still being asked for. */
  void ask(EslSession session, List<String> queues) {
    if (!asking) {
      left.addAll(queues);
      next(session);
    }
  }

  /** What is still to come is of no use. */
  void forget() {
    round++;
    asking = false;
    left.clear();
  }

  private void next(EslSession session) {
    String queue = left.poll();
    while (queue != null && !NAME.matcher(queue).matches()) {
      queue = left.poll();
    }
    asking = queue != null;
    if (queue != null) {
      count(session, queue);
    }
  }

  private void count(EslSession session, String queue) {
    taker.onAsked(queue);
    int[] counted = {UNKNOWN, UNKNOWN};
    int asked = round;
    session.api(MEMBERS + queue, answer -> counted[0] = waiting(answer));
    session.api(AGENTS + queue, answer -> counted[1] = number(answer));
    session.api(
        AGENTS + queue + " 'Logged Out'",
        answer -> {
          if (asked == round) {
            took(session, queue, counted, number(answer));
          }
        });
  }

  // Where it cannot be counted, the others cannot either.
  private void took(EslSession session, String queue, int[] counted, int loggedOut) {
    if (counted[0] < 0 || counted[1] < 0 || loggedOut < 0) {
      forget();
      return;
    }
    taker.onCounted(queue, counted[0], Math.max(0, counted[1] - loggedOut));
    next(session);
  }

  private static int waiting(EslReply answer) {
    return answer instanceof EslReply.Text text && !text.isError()
        ? RoomListParser.waiting(text.body())
        : UNKNOWN;
  }

  private static int number(EslReply answer) {
    String text = answer instanceof EslReply.Text said ? said.body().strip() : "";
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : UNKNOWN;
  }
}
