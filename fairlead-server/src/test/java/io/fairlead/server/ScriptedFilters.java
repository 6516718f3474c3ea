// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.filter.CallFilter;
import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.dialog.filter.Hold;
import io.fairlead.dialog.filter.Holds;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.loop.Timer;
import io.fairlead.sip.Edit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Filters for every call of a house, which do what a test says and check what they are told. Owned
 * by the test's thread.
 */
final class ScriptedFilters implements FilterFactory {
  static final int BITS = 0b101;

  /** What to do with a message. */
  interface Script {
    Verdict on(CallMessage message, Edit edit, Holds holds, FilteredCall call);
  }

  /** Everything that was told, in order: {@code CALLER INVITE 1}, {@code CALLEE 180 INVITE 1}. */
  final List<String> told = new ArrayList<>();

  final List<FilteredCall> calls = new ArrayList<>();
  final List<Hold> holds = new ArrayList<>();
  Script script = (message, edit, holds, call) -> Verdict.PASS;
  int made;
  int ended;

  /** For a house of which each call has one. */
  InstalledFilters filtering() {
    return new InstalledFilters(loop -> List.of(this), (route, registrar, invite, in) -> BITS);
  }

  @Override
  public int mask() {
    return 0b111;
  }

  @Override
  public CallFilter make(int bits, FilteredCall call) {
    assertThat(bits).isEqualTo(BITS);
    made++;
    calls.add(call);
    return new Checked(call);
  }

  /** Holds what comes until the test lets it go; passes it when the deadline comes. */
  Verdict holding(Holds by, long ms) {
    Hold hold = by.until(ms * 1_000_000, Verdict.PASS);
    holds.add(hold);
    return hold;
  }

  /** Lets a message go after a while. */
  static Hold passingAfter(Holds by, FilteredCall call, long ms) {
    Hold hold = by.until(30_000_000_000L, Verdict.PASS);
    call.loop().timers().schedule(Timer.of(hold::pass), ms * 1_000_000);
    return hold;
  }

  void assertAllEnded() {
    assertThat(ended).as("filters that were told of the end").isEqualTo(made);
  }

  private final class Checked implements CallFilter {
    private final FilteredCall call;
    private final Set<Long> seen = new HashSet<>();
    private final Set<Long> failed = new HashSet<>();
    private boolean over;

    Checked(FilteredCall call) {
      this.call = call;
    }

    @Override
    public Verdict onMessage(CallMessage message, Edit edit, Holds by) {
      assertThat(over).as("asked behind the end").isFalse();
      String text = message.from() + " " + (message.isRequest() ? "" : message.status() + " ");
      told.add(text + message.method() + " " + message.exchange() + (message.again() ? "*" : ""));
      if (message.isRequest()) {
        assertThat(message.exchange() == 0 || seen.add(message.exchange())).isTrue();
        assertThat(failed).as("failed before it was seen").doesNotContain(message.exchange());
      } else if (message.exchange() != 0) {
        assertThat(seen).contains(message.exchange());
      }
      return script.on(message, edit, by, call);
    }

    @Override
    public void onFailed(long exchange, int status) {
      assertThat(over).as("told behind the end").isFalse();
      assertThat(failed.add(exchange)).as("a failure told once").isTrue();
      told.add("failed " + exchange + " " + status);
    }

    @Override
    public void onEnd() {
      assertThat(over).as("told the end once").isFalse();
      over = true;
      ended++;
      told.add("end");
    }

    @Override
    public int bits() {
      return BITS;
    }
  }
}
