// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.pool.health.ProbeListener;
import io.fairlead.pool.health.Prober;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers checks as the test says: a status, silence, or a transport error. Owned by one loop. */
final class FakeProber implements Prober {
  static final int SILENCE = 0;
  static final int REFUSED = -1;
  private static final long ROUND_TRIP_NS = 1_000_000;

  final List<String> asked = new ArrayList<>();
  private final Loop loop;
  private final Map<String, Integer> answers = new HashMap<>();

  FakeProber(Loop loop) {
    this.loop = loop;
  }

  void answer(String backend, int status) {
    answers.put(backend, status);
  }

  int count(String backend) {
    return (int) asked.stream().filter(backend::equals).count();
  }

  @Override
  public void options(Backend backend, long timeoutNs, ProbeListener listener) {
    asked.add(backend.name());
    int answer = answers.getOrDefault(backend.name(), 200);
    if (answer == REFUSED) {
      listener.onUnreachable("connection refused");
    } else if (answer == SILENCE) {
      loop.timers().schedule(Timer.of(listener::onSilence), timeoutNs);
    } else {
      Timer timer = Timer.of(() -> listener.onAnswer(answer, ROUND_TRIP_NS));
      loop.timers().schedule(timer, ROUND_TRIP_NS);
    }
  }
}
