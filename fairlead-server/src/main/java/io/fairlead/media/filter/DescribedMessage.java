// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.Hold;
import io.fairlead.dialog.filter.Holds;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.media.MediaCall;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message whose description an engine has: at once, or held until it answers.
 *
 * <p>Owned by one loop.
 */
final class DescribedMessage implements MediaCall.Outcome {
  /** Who asked the engine. */
  interface Asker {
    /** The description passes, changed or, with null, as it is. */
    void onPassed(byte @Nullable [] made, @Nullable String untouched);

    /** What becomes of the message when the engine refuses its description. */
    Verdict onRefused(RefusalCause cause);

    /** Puts what was made in the place of the description. */
    void splice(SipMessage message, Edit edit, byte[] made);
  }

  private final Asker asker;
  private @Nullable Verdict decided;
  private byte @Nullable [] made;
  private @Nullable Hold hold;

  DescribedMessage(Asker asker) {
    this.asker = asker;
  }

  /**
   * What is to be said of the message now.
   *
   * @param deadlineNs how long the engine may take
   * @param otherwise what happens when it takes longer
   */
  Verdict verdict(SipMessage message, Edit edit, Holds holds, long deadlineNs, Verdict otherwise) {
    Verdict now = decided;
    byte[] text = made;
    if (now == null) {
      Hold held = holds.until(deadlineNs, otherwise);
      hold = held;
      return held;
    }
    if (text != null) {
      asker.splice(message, edit, text);
    }
    return now;
  }

  // Behind the deadline, or when nobody waits any more, the engine's word is of no use.
  private boolean waits() {
    Hold held = hold;
    return held == null ? decided == null : held.open();
  }

  @Override
  public void rewritten(byte[] sdp, int from, int to) {
    if (waits()) {
      pass(Arrays.copyOfRange(sdp, from, to), null);
    }
  }

  @Override
  public void untouched(String why) {
    if (waits()) {
      pass(null, why);
    }
  }

  private void pass(byte @Nullable [] text, @Nullable String why) {
    made = text;
    decided = Verdict.PASS;
    asker.onPassed(text, why);
    Hold held = hold;
    if (held == null) {
      return;
    }
    if (text == null) {
      held.pass();
    } else {
      held.pass((message, edit) -> asker.splice(message, edit, text));
    }
  }

  @Override
  public void refused(RefusalCause cause) {
    if (!waits()) {
      return;
    }
    Verdict verdict = asker.onRefused(cause);
    decided = verdict;
    Hold held = hold;
    if (held == null) {
      return;
    }
    if (verdict instanceof Verdict.Refused(RefusalCause why)) {
      held.refuse(why);
    } else {
      held.pass();
    }
  }
}
