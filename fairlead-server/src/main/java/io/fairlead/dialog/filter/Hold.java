// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.loop.Timer;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipMessage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for one filter. The filter lets it go by {@link #pass} or {@link #refuse},
 * on the call's loop; the first word counts, and none once the deadline has passed or the call is
 * over.
 *
 * <p>Owned by one loop.
 */
public final class Hold extends Timer implements Verdict {
  private final FilterChain chain;
  private final Verdict otherwise;
  final long deadlineNs;
  private @Nullable QueuedMessage waiting;
  private @Nullable Verdict decided;
  private @Nullable BiConsumer<SipMessage, Edit> changes;

  Hold(FilterChain chain, long deadlineNs, Verdict otherwise) {
    if (otherwise instanceof Hold) {
      throw new IllegalArgumentException("a hold cannot end in another");
    }
    this.chain = chain;
    this.deadlineNs = deadlineNs;
    this.otherwise = otherwise;
  }

  /** The message goes on without further changes. */
  public void pass() {
    decide(Verdict.PASS, null);
  }

  /**
   * The message goes on with changes.
   *
   * @param last makes them, on the message as it is kept; called once, before anything is sent
   */
  public void pass(BiConsumer<SipMessage, Edit> last) {
    decide(Verdict.PASS, last);
  }

  /** The message does not go on. */
  public void refuse(RefusalCause cause) {
    decide(new Verdict.Refused(cause), null);
  }

  /** True until it is decided, late, or of no use any more. */
  public boolean open() {
    return decided == null;
  }

  private void decide(Verdict verdict, @Nullable BiConsumer<SipMessage, Edit> last) {
    if (decided == null) {
      decided = verdict;
      changes = last;
      QueuedMessage held = waiting;
      if (held != null) {
        chain.decided(held);
      }
    }
  }

  // ---- for the chain ----

  void belongsTo(QueuedMessage message) {
    waiting = message;
  }

  /** What was decided; null while it is open. */
  @Nullable Verdict decided() {
    return decided;
  }

  void change(SipMessage message, Edit edit) {
    if (changes != null) {
      changes.accept(message, edit);
    }
  }

  /** Nobody waits for it any more. */
  void close() {
    decided = decided == null ? otherwise : decided;
    changes = null;
    waiting = null;
  }

  @Override
  protected void onTimer() {
    if (decided == null) {
      chain.late();
      decide(otherwise, null);
    }
  }

  @Override
  public void onDefect() {
    QueuedMessage held = waiting;
    if (held != null) {
      held.then.onDefect();
    }
  }

  @Override
  public String toString() {
    return "a message that a filter holds";
  }
}
