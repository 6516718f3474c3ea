// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.loop.Loop;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Edit;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one call, and the messages that are with them. Messages of one direction of one
 * dialog keep their order: while one is held, later ones wait behind it. A call that needs no
 * filter has no chain.
 *
 * <p>Owned by one loop. Its timer ends what was adopted and is not heard of any more.
 */
public final class FilterChain extends Timer implements FilteredCall {
  /** Copies come for 32 s; what is older may be asked about anew. */
  private static final int REMEMBERED = 16;

  private final FilterChains home;
  private final @Nullable ChainOwner call;
  private final long adoptedAs;
  private int unmade;
  private final long[] passed = new long[REMEMBERED];
  private final DialogState dialog = new DialogState();
  private CallFilter[] filters = {};
  private CallEnding.@Nullable SettingUp settingUp;
  private @Nullable QueuedMessage first;
  private int passedNext;
  private long exchanges;
  private boolean endsWhenIdle;
  private boolean over;

  /**
   * @param adoptedAs the dialog when its call began elsewhere, else 0
   * @param unmade filters to be made with the first message
   */
  FilterChain(FilterChains home, @Nullable ChainOwner call, long adoptedAs, int unmade) {
    this.unmade = unmade;
    this.home = home;
    this.call = call;
    this.adoptedAs = adoptedAs;
  }

  FilterChain of(CallFilter[] all) {
    filters = all;
    return this;
  }

  // ---- messages ----

  /** A number for a request that is about to be sent to one place. */
  public long nextExchange() {
    return ++exchanges;
  }

  /**
   * Shows a message to the filters. A copy of one that waits is dropped: nobody is told. Behind the
   * end nothing is changed any more.
   */
  public void take(CallMessage message, FilterChainListener then) {
    if (over) {
      Edit edit = home.edit().on(message.sip());
      dialog.renumber(message, edit);
      then.pass(message.sip(), edit.save());
      return;
    }
    dialog.arrived(message);
    if (unmade != 0) {
      int bits = unmade;
      unmade = 0;
      filters = home.make(bits, this);
    }
    long identity = message.identity();
    if (identity != 0) {
      if (waits(identity)) {
        return;
      }
      message.again(hasPassed(identity));
    }
    QueuedMessage taken = new QueuedMessage(message, identity, then);
    int before = taken.lane == 0 ? 0 : ahead(taken.lane);
    if (before == 0) {
      append(taken);
      run(taken);
    } else if (before <= home.maxWaiting() || makeRoom(taken)) {
      message.keep();
      append(taken);
    }
  }

  private boolean waits(long identity) {
    for (QueuedMessage each = first; each != null; each = each.following) {
      if (each.identity == identity) {
        return true;
      }
    }
    return false;
  }

  private boolean hasPassed(long identity) {
    for (long each : passed) {
      if (each == identity) {
        return true;
      }
    }
    return false;
  }

  private int ahead(long lane) {
    int count = 0;
    for (QueuedMessage each = first; each != null; each = each.following) {
      count += each.lane == lane ? 1 : 0;
    }
    return count;
  }

  // The oldest request that waits makes room; where none does, the new message has none. An ACK or
  // a provisional response is lost, as on the wire. False when there is no room.
  private boolean makeRoom(QueuedMessage taken) {
    home.crowded();
    for (QueuedMessage each = first; each != null; each = each.following) {
      if (each.lane == taken.lane
          && each.state == QueuedMessage.State.BEHIND
          && isAnswerable(each)) {
        drop(each, RefusalCause.CROWDED);
        return true;
      }
    }
    if (isAnswerable(taken) || taken.message.status() >= 200) {
      taken.then.refuse(taken.message.sip(), RefusalCause.CROWDED);
    }
    return false;
  }

  private static boolean isAnswerable(QueuedMessage waiting) {
    return waiting.message.sip() instanceof SipRequest request && request.method() != Method.ACK;
  }

  // Asks the filters that have not passed it yet.
  private void run(QueuedMessage asked) {
    StepFailureHandler before = loop().steps().isFor(asked.then);
    boolean done = false;
    try {
      asked.state = QueuedMessage.State.ASKED;
      if (asked.then.wants(asked.message.sip())) {
        Verdict verdict = ask(asked);
        if (verdict instanceof Hold hold) {
          hold(asked, hold);
        } else {
          finish(asked, verdict);
        }
      } else {
        remove(asked);
        next(asked.lane);
      }
      done = true;
    } finally {
      if (!done) {
        remove(asked);
        loop().execute(() -> next(asked.lane));
      }
    }
    loop().steps().back(before);
  }

  private Verdict ask(QueuedMessage asked) {
    CallMessage message = asked.message;
    Edit edit = home.edit().on(message.sip());
    if (asked.edits != null) {
      edit.add(asked.edits);
    } else if (asked.passed == 0) {
      dialog.renumber(message, edit);
    }
    home.asking(1);
    try {
      Verdict verdict = Verdict.PASS;
      Hold before = asked.hold;
      if (before != null) {
        asked.hold = null;
        verdict = decided(before, message.sip(), edit);
        before.close();
      }
      while (verdict instanceof Verdict.Pass && asked.passed < filters.length && !over) {
        int at = message.from() == Party.CALLER ? asked.passed : filters.length - 1 - asked.passed;
        asked.passed++;
        verdict = decided(filters[at].onMessage(message, edit, this::hold), message.sip(), edit);
      }
      asked.edits = edit.save();
      return verdict;
    } finally {
      home.asking(-1);
    }
  }

  private static Verdict decided(Verdict verdict, SipMessage message, Edit edit) {
    Verdict word = verdict instanceof Hold hold ? hold.decided() : verdict;
    if (word == null) {
      return verdict;
    }
    if (verdict instanceof Hold hold && word instanceof Verdict.Pass) {
      hold.change(message, edit);
    }
    return word;
  }

  private Hold hold(long deadlineNs, Verdict otherwise) {
    return new Hold(this, deadlineNs, otherwise);
  }

  private void hold(QueuedMessage held, Hold hold) {
    if (held.state == QueuedMessage.State.GONE) {
      hold.close();
      return;
    }
    held.message.keep();
    held.state = QueuedMessage.State.HELD;
    held.hold = hold;
    hold.belongsTo(held);
    loop().timers().schedule(hold, hold.deadlineNs);
  }

  /** A filter has decided of a message that it held. */
  void decided(QueuedMessage held) {
    if (home.isAsking()) {
      loop().execute(() -> goOn(held));
    } else {
      goOn(held);
    }
  }

  private void goOn(QueuedMessage held) {
    if (held.state == QueuedMessage.State.HELD) {
      cancel(held);
      run(held);
    }
  }

  private void cancel(QueuedMessage held) {
    if (held.hold != null) {
      loop().timers().cancel(held.hold);
    }
  }

  private void finish(QueuedMessage done, Verdict verdict) {
    if (done.state == QueuedMessage.State.GONE) {
      return;
    }
    done.state = QueuedMessage.State.GONE;
    SipMessage message = done.message.sip();
    if (verdict instanceof Verdict.Refused(RefusalCause cause)) {
      done.then.refuse(message, cause);
    } else {
      if (done.identity != 0 && !done.message.again()) {
        passed[passedNext++ % REMEMBERED] = done.identity;
      }
      dialog.note(done.message);
      done.then.pass(message, done.edits);
    }
    remove(done);
    next(done.lane);
  }

  // The next of that dialog and direction has its turn.
  private void next(long lane) {
    for (QueuedMessage each = first; each != null && lane != 0; each = each.following) {
      if (each.lane == lane) {
        if (each.state == QueuedMessage.State.BEHIND) {
          run(each);
        }
        return;
      }
    }
    if (endsWhenIdle && first == null) {
      end();
    }
  }

  private void append(QueuedMessage added) {
    QueuedMessage last = first;
    if (last == null) {
      first = added;
      return;
    }
    while (last.following != null) {
      last = last.following;
    }
    last.following = added;
  }

  private void remove(QueuedMessage removed) {
    removed.state = QueuedMessage.State.GONE;
    QueuedMessage before = first;
    if (before == removed) {
      first = removed.following;
      return;
    }
    while (before != null && before.following != removed) {
      before = before.following;
    }
    if (before != null) {
      before.following = removed.following;
    }
  }

  private void drop(QueuedMessage dropped, RefusalCause cause) {
    cancel(dropped);
    remove(dropped);
    if (dropped.hold != null) {
      dropped.hold.close();
    }
    StepFailureHandler before = loop().steps().isFor(dropped.then);
    dropped.then.refuse(dropped.message.sip(), cause);
    loop().steps().back(before);
  }

  /** A request that was passed has come to nothing; see {@link CallFilter#onFailed}. */
  public void failed(long exchange, int status) {
    if (exchange != 0 && !over) {
      for (CallFilter filter : filters) {
        filter.onFailed(exchange, status);
      }
    }
  }

  /** A filter has missed the deadline it set itself. */
  void late() {
    home.late();
  }

  // ---- the call ----

  /** What the cookie of the dialog must say. */
  public int bits() {
    int bits = 0;
    for (CallFilter filter : filters) {
      bits |= filter.bits();
    }
    return bits & 0xff;
  }

  /** What is known of the dialog. */
  public DialogState dialog() {
    return dialog;
  }

  @Override
  public Loop loop() {
    return home.loop();
  }

  @Override
  public @Nullable CallRecord record() {
    return call == null ? null : call.record();
  }

  /** The call; null when it began elsewhere. */
  public @Nullable ChainOwner call() {
    return call;
  }

  /** Who refuses the caller while there is no final answer; null from then on. */
  public void settingUp(CallEnding.@Nullable SettingUp who) {
    settingUp = who;
  }

  /** Who refuses the caller; null when the call is answered. */
  public CallEnding.@Nullable SettingUp settingUp() {
    return settingUp;
  }

  @Override
  public void end(RefusalCause cause, String reason) {
    // Not from within a filter that is being asked.
    loop()
        .execute(() -> {
          if (!over) {
            home.end(this, cause, reason);
          }
        });
  }

  @Override
  public void renegotiate(Party offerer, long deadlineNs, RenegotiationListener listener) {
    home.renegotiate(this, offerer, deadlineNs, listener);
  }

  /** True when the call is over. */
  public boolean over() {
    return over;
  }

  /** The call is over: what waits is refused, and the filters are told. */
  public void end() {
    if (over) {
      return;
    }
    over = true;
    settingUp = null;
    loop().timers().cancel(this);
    if (adoptedAs != 0) {
      home.forget(adoptedAs, this);
    }
    dropAll();
  }

  private void dropAll() {
    try {
      for (QueuedMessage each = first; each != null; each = first) {
        first = each.following;
        if (each.state != QueuedMessage.State.GONE) {
          drop(each, RefusalCause.NO_DIALOG);
        }
      }
    } finally {
      if (first != null) {
        dropAll();
      } else {
        tellEnd(0);
      }
    }
  }

  private void tellEnd(int from) {
    if (from < filters.length) {
      try {
        filters[from].onEnd();
      } finally {
        tellEnd(from + 1);
      }
    }
  }

  // ---- of a call that began elsewhere ----

  /** True when this node did not see the call begin. */
  public boolean isAdopted() {
    return call == null;
  }

  /** Both parties hold on to the dialog: it is kept, for that long at most. */
  public void adopt(long ns) {
    if (over || adoptedAs == 0) {
      return;
    }
    if (home.remember(adoptedAs, this)) {
      endsWhenIdle = false;
      loop().timers().schedule(this, ns);
    } else {
      endWhenIdle();
    }
  }

  /** Unless it was adopted, it ends with the last message that waits. */
  public void endWhenIdle() {
    if (!armed() && isAdopted()) {
      endsWhenIdle = true;
      if (first == null) {
        end();
      }
    }
  }

  @Override
  protected void onTimer() {
    end();
  }

  @Override
  public String toString() {
    return "the filters of a call";
  }
}
