// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.dialog.filter.Hold;
import io.fairlead.dialog.filter.Holds;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.loop.Timer;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipMessage;
import java.util.SplittableRandom;

/**
 * Filters that pass, change, hold for up to two seconds, and refuse as the random numbers say, and
 * now and then end a call. Owned by the test's thread.
 */
final class FuzzFilters {
  final ScriptedFilters filters = new ScriptedFilters();
  private final SplittableRandom random;

  FuzzFilters(long seed) {
    random = new SplittableRandom(seed);
    filters.script = this::judge;
  }

  private Verdict judge(CallMessage message, Edit edit, Holds holds, FilteredCall call) {
    // Only what happens counts; a long story would fill the heap.
    filters.told.clear();
    if (random.nextInt(15) == 0) {
      after(call, random.nextInt(5_000), () -> call.end(RefusalCause.UNAVAILABLE, "SIP;cause=200"));
    }
    if (random.nextInt(3) == 0) {
      change(message.sip(), edit);
    }
    return switch (random.nextInt(20)) {
      case 0 -> refusal();
      case 1, 2, 3, 4, 5, 6 -> held(holds, call);
      default -> Verdict.PASS;
    };
  }

  private static Verdict refusal() {
    return new Verdict.Refused(RefusalCause.UNAVAILABLE);
  }

  private void change(SipMessage sip, Edit edit) {
    edit.insert(sip.headersEnd()).put("X-Filter: ").number(random.nextInt(1000)).line();
    if (random.nextBoolean()) {
      edit.replace(sip.bodyStart(), sip.end()).put("another body");
    }
  }

  private Hold held(Holds holds, FilteredCall call) {
    Verdict otherwise = random.nextBoolean() ? Verdict.PASS : refusal();
    Hold hold = holds.until(1 + random.nextLong(2_000_000_000), otherwise);
    int ms = random.nextInt(2_000);
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> hold.pass(this::change);
      case 2 -> after(call, ms, () -> hold.refuse(RefusalCause.UNAVAILABLE));
      case 3 -> after(call, ms, () -> hold.pass(this::change));
      default -> after(call, ms, hold::pass);
    }
    return hold;
  }

  private static void after(FilteredCall call, int ms, Runnable action) {
    call.loop().timers().schedule(Timer.of(action), ms * 1_000_000L);
  }
}
