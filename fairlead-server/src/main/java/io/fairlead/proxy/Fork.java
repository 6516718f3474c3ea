// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.route.ForkOrder;
import io.fairlead.route.Route;
import io.fairlead.sip.SipResponse;
import io.fairlead.store.Binding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to the devices of a registered user: those of the highest q together, then those of the
 * next (RFC 3261 §16.6, §16.7 step 5), each group for the ring time of the route. Of several flows
 * to one device one is used, the next when that one fails (RFC 5626 §7).
 *
 * <p>Owned by one loop.
 */
final class Fork extends ResponseContext {
  /** A request other than INVITE lives for 32 s at its sender: there must be time for the next. */
  private static final long OTHER_METHODS_NS = 5_000_000_000L;

  private static final int FLOW_FAILED = 430;

  private final ForkDependencies ways;
  private final List<Binding> left;
  private final boolean serial;
  private final long groupNs;
  private final long silenceNs;
  private final @Nullable BranchDestination only;
  private long groupEndsNs;
  // An answer is known, and waits for devices that have said nothing.
  private boolean held;

  private Fork(
      ForkDependencies ways,
      InitialRequest asked,
      @Nullable Route route,
      @Nullable Call call,
      List<Binding> bindings,
      @Nullable BranchDestination only) {
    super(
        ways.tools(),
        asked,
        route,
        call,
        only == null ? RefusalCause.UNAVAILABLE : RefusalCause.FLOW_FAILED);
    this.ways = ways;
    this.left = bindings;
    this.only = only;
    this.serial = route != null && route.fork() == ForkOrder.SERIAL;
    long ringNs = route == null ? 0 : route.ringTime().toNanos();
    this.silenceNs = route == null ? 0 : route.silence().toNanos();
    this.groupNs = invite ? ringNs : Math.min(ringNs, OTHER_METHODS_NS);
  }

  /**
   * To the bindings of a user.
   *
   * @param bindings best first; taken over
   */
  static Fork toUser(
      ForkDependencies ways, InitialRequest asked, @Nullable Call call, List<Binding> bindings) {
    return new Fork(ways, asked, asked.route(), call, bindings, null);
  }

  /** Over the one flow a token names, or to another node; whatever route took it. */
  static Fork over(
      ForkDependencies ways, InitialRequest asked, @Nullable Call call, BranchDestination to) {
    return new Fork(ways, asked, null, call, new ArrayList<>(0), to);
  }

  @Override
  void begin() {
    if (only == null) {
      next();
    } else if (!attempt(only)) {
      conclude();
    }
  }

  // The next group with a device that can be sent to; the end when there is none.
  private void next() {
    left.removeIf(this::isAsked);
    while (!left.isEmpty()) {
      if (startAll(takeGroup())) {
        armGroup();
        return;
      }
    }
    if (!attempts.anyPending()) {
      conclude();
    }
  }

  private void armGroup() {
    if (isAnswered()) {
      return;
    }
    if (left.isEmpty()) {
      unlimited();
    } else {
      groupEndsNs = nowNs() + groupNs;
      allow(groupNs);
    }
  }

  // What a device answered counts more than that another did not.
  private void conclude() {
    if (state == State.TRYING && best.response() != null) {
      lastCause = RefusalCause.NONE;
    }
    finish();
  }

  private boolean startAll(List<Binding> group) {
    boolean any = false;
    for (Binding binding : group) {
      any |= attempt(binding);
    }
    return any;
  }

  // Another flow of a device in the group stays behind, for when the first fails.
  private List<Binding> takeGroup() {
    List<Binding> group = new ArrayList<>(left.size());
    int q = left.getFirst().q();
    for (Binding binding : left) {
      boolean full = serial && !group.isEmpty();
      if (!full && binding.q() == q && group.stream().noneMatch(binding::sameInstance)) {
        group.add(binding);
      }
    }
    left.removeAll(group);
    return group;
  }

  // The binding, or else another flow of the same device. False when nothing could be sent.
  private boolean attempt(Binding first) {
    for (Binding binding = first; binding != null; binding = reserve(binding)) {
      if (attempt(ways.location().to(binding))) {
        return true;
      }
    }
    return false;
  }

  private boolean attempt(BranchDestination to) {
    if (isAnswered()) {
      return true;
    }
    record.tried(to.title());
    ProxyBranch attempt = new ProxyBranch(this, null, to, nowNs());
    attempts.add(attempt);
    if (!ways.sender().send(attempt, route, to)) {
      attempts.remove(attempt);
      if (SipsRules.is(upstream.request()) && lastCause == RefusalCause.UNAVAILABLE) {
        lastCause = RefusalCause.SIPS_NOT_ALLOWED;
      }
      return false;
    }
    return true;
  }

  private @Nullable Binding reserve(Binding failed) {
    for (Binding binding : left) {
      if (binding.sameInstance(failed)) {
        left.remove(binding);
        return binding;
      }
    }
    return null;
  }

  // Another flow of a device that is or was asked: only a reserve.
  private boolean isAsked(Binding binding) {
    for (ProxyBranch attempt : attempts) {
      if (isSameDevice(attempt, binding)) {
        return true;
      }
    }
    return false;
  }

  private boolean moreDevices() {
    for (Binding binding : left) {
      if (!isAsked(binding)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSameDevice(ProxyBranch attempt, Binding binding) {
    return attempt.destination() instanceof BranchDestination.Bound bound
        && bound.binding().sameInstance(binding);
  }

  @Override
  void onHeard(SipResponse response) {
    if (invite && !moreDevices()) {
      held = false;
      armTimerC(response);
    } else if (held) {
      held = false;
      allow(Math.max(0, groupEndsNs - nowNs()));
    }
  }

  @Override
  void won(ProxyBranch attempt) {
    BranchDestination winner = attempt.destination();
    if (winner != null) {
      record.backend(winner.title());
    }
    Backend late = attempt.backend();
    if (late != null) {
      wonLate(late);
    }
    if (call != null && attempt.met() != null) {
      call.met(false, attempt.met());
    }
  }

  // The backend that has the user was given up, and answered before a device did.
  private void wonLate(Backend backend) {
    record.backend(backend.name());
    if (call != null) {
      call.holds(backend.occupy(tools.loop().index(), call, nowNs()));
      call.backend(backend.id());
    }
  }

  @Override
  void onFailure(ProxyBranch attempt, SipResponse response) {
    if (isAnswered()) {
      return;
    }
    int status = response.status();
    if (status == FLOW_FAILED || status == 503) {
      // Neither is for the caller: one is about the way, the other not the service's (§16.7 step
      // 6).
      unreachable(attempt);
      return;
    }
    best.consider(response);
    if (status >= 600) {
      left.clear();
      declined(attempt, status);
    } else {
      left.removeIf(binding -> isSameDevice(attempt, binding));
    }
    goOn();
  }

  @Override
  void onTimeout(ProxyBranch attempt) {
    if (state == State.TRYING) {
      lastCause = RefusalCause.RING_TIMEOUT;
    }
    unreachable(attempt);
  }

  @Override
  void onTransportError(ProxyBranch attempt, String why) {
    if (tryFlow(attempt)) {
      return;
    }
    unreachable(attempt);
  }

  private void unreachable(ProxyBranch attempt) {
    if (state == State.TRYING && tryReserve(attempt)) {
      return;
    }
    goOn();
  }

  private boolean tryReserve(ProxyBranch attempt) {
    if (!(attempt.destination() instanceof BranchDestination.Bound bound)) {
      return false;
    }
    Binding other = reserve(bound.binding());
    return other != null && attempt(other);
  }

  // Nobody listens where its Contact says: it may still be met where it spoke from.
  private boolean tryFlow(ProxyBranch attempt) {
    BranchDestination over =
        attempt.destination() instanceof BranchDestination.Bound bound
            ? ways.location().overFlow(bound)
            : null;
    return state == State.TRYING && over != null && attempt(over);
  }

  private void goOn() {
    if (isAnswered()) {
      return;
    }
    if (attempts.anyPending()) {
      if (invite && silenceNs > 0 && best.response() != null) {
        held = true;
        holdUp(left.isEmpty() ? silenceNs : Math.min(silenceNs, groupNs));
      }
      return;
    }
    if (state == State.TRYING) {
      next();
    } else {
      conclude();
    }
  }

  @Override
  boolean forks() {
    return true;
  }

  /** The ring time of a group is over: it stops ringing and the next begins. */
  @Override
  void onTimeUp() {
    if (state != State.TRYING) {
      return;
    }
    boolean more = moreDevices();
    for (ProxyBranch attempt : attempts.copy()) {
      boolean silent = attempt.silent();
      if (more || silent && (held || hasReserve(attempt))) {
        attempt.giveUp();
        lastCause = RefusalCause.RING_TIMEOUT;
      }
      if (silent) {
        tryReserve(attempt);
      }
    }
    held = false;
    if (more || !attempts.anyPending()) {
      next();
    } else {
      armGroup();
    }
  }

  private boolean hasReserve(ProxyBranch attempt) {
    for (Binding binding : left) {
      if (isSameDevice(attempt, binding)) {
        return true;
      }
    }
    return false;
  }

  @Override
  String retryAfter() {
    return "";
  }
}
