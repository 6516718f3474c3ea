// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.FilterChains;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The live calls of one loop, found by Call-ID and the caller's tag. In-dialog requests do not need
 * it to be routed; it is there so that load is the number of calls that live, and that each is
 * logged once. INVITEs forked before us share Call-ID and caller's tag: their calls hang together
 * by {@code sameKey} and are told apart by the callee's tag.
 *
 * <p>The key is a 64-bit keyed hash; among a million calls two share one with a chance of about
 * 10^-8.
 *
 * <p>Owned by one loop.
 */
public final class Calls {
  private final Loop loop;
  private final CallSettings settings;
  private final Consumer<CallRecord> log;
  private final SipHash hash = SipHash.random();
  private final Long2ObjectHashMap<Call> byKey = new Long2ObjectHashMap<>();
  private final FilterChains chains;
  private final Counter reaped;
  // Those that were lost are in the table and are not counted.
  private int size;
  private int settingUp;
  private int lost;
  // What is over and waits for the last word of a media engine.
  private final Set<CallRecord> unwritten = new HashSet<>();

  /**
   * @param log is given the record of each call when it is over
   * @param filters make what looks at messages, in the order in which one from the caller meets it
   */
  public Calls(
      Loop loop,
      CallSettings settings,
      Meters meters,
      Consumer<CallRecord> log,
      List<FilterFactory> filters) {
    this.loop = loop;
    this.settings = settings;
    this.log = log;
    this.chains = new FilterChains(loop, filters, settings.waitingMessages(), meters);
    this.reaped = meters.counter(Meter.CALLS_REAPED);
    meters.gauge(Meter.CALLS_LIVE, this::size, Integer.toString(loop.index()));
  }

  /** Begins a call with its first INVITE. */
  public Call open(SipMessage invite, CallRecord record) {
    Call call = new Call(this, key(invite, true), record);
    call.sameKey = byKey.put(call.key, call);
    settingUp++;
    size++;
    return call;
  }

  /** Makes what looks at messages on their way. */
  public FilterChains chains() {
    return chains;
  }

  /**
   * What looks at the messages of a dialog whose call is not known here.
   *
   * @param tagInFrom true when the caller's tag stands in From, false when in To
   * @param bits what the dialog's cookie says of it
   * @return null when nothing does
   */
  public @Nullable FilterChain adopted(SipMessage message, boolean tagInFrom, int bits) {
    long dialog = key(message, tagInFrom) ^ Long.rotateLeft(tag(message, !tagInFrom), 16);
    return bits == 0 ? null : chains.adopt(dialog | 1, bits);
  }

  /**
   * How long an adopted dialog lives that nobody ends, in nanoseconds.
   *
   * @param sessionSeconds the Session-Expires agreed (RFC 4028), or 0
   */
  public long lifeNs(int sessionSeconds) {
    long sessionNs = sessionSeconds * 1_000_000_000L + sessionGraceNs();
    return sessionSeconds > 0 ? Math.min(maxDurationNs(), sessionNs) : maxDurationNs();
  }

  /**
   * The call a request or response inside its dialog belongs to.
   *
   * @param tagInFrom true when the caller's tag stands in From, false when in To
   */
  public @Nullable Call find(SipMessage message, boolean tagInFrom) {
    return find(key(message, tagInFrom), tag(message, !tagInFrom));
  }

  private @Nullable Call find(long key, long calleeTag) {
    Call inSetUp = null;
    for (Call call = byKey.get(key); call != null; call = call.sameKey) {
      if (call.isDialog(calleeTag)) {
        return call;
      }
      inSetUp = call.state() == Call.State.SETUP ? call : inSetUp;
    }
    return inSetUp;
  }

  /**
   * Where the sides of the call are whose dialog is named. Which of the two tags is the caller's is
   * not said: both ways are tried.
   *
   * @return null when it does not live here
   */
  public @Nullable CallEndpoints ends(ReferencedDialog dialog) {
    long callId = hash.hash(dialog.callId(), 0, dialog.callId().length);
    long local = hash.hash(dialog.local(), 0, dialog.local().length);
    long remote = hash.hash(dialog.remote(), 0, dialog.remote().length);
    Call asCallee = ofTags(callId, remote, local);
    if (asCallee != null) {
      return asCallee.ends(false);
    }
    Call asCaller = ofTags(callId, local, remote);
    return asCaller == null ? null : asCaller.ends(true);
  }

  private @Nullable Call ofTags(long callId, long callerTag, long calleeTag) {
    return find(callId ^ Long.rotateLeft(callerTag, 32), calleeTag);
  }

  /**
   * True when a request inside a dialog belongs to a call that was lost with its backend a while
   * ago.
   *
   * @param tagInFrom true when the caller's tag stands in From, false when in To
   */
  public boolean isLost(SipMessage message, boolean tagInFrom) {
    if (lost == 0) {
      return false;
    }
    long calleeTag = tag(message, !tagInFrom);
    for (Call call = byKey.get(key(message, tagInFrom)); call != null; call = call.sameKey) {
      if (call.wasDialog(calleeTag)) {
        return true;
      }
    }
    return false;
  }

  /**
   * How many calls there are, those being set up included. A reading from another thread may be
   * old.
   */
  public int size() {
    return size;
  }

  /** How many calls are being set up. */
  public int settingUp() {
    return settingUp;
  }

  /** Fairlead ends: the calls that live are logged, though they go on between the peers. */
  public void shutdown() {
    for (Call head : List.copyOf(byKey.values())) {
      Call call = head;
      while (call != null) {
        Call following = call.sameKey;
        call.end(CallRecord.EndedBy.SHUTDOWN);
        call = following;
      }
    }
  }

  /** Calls that are over and wait, to be logged, for the last word of a media engine. */
  public int unwritten() {
    return unwritten.size();
  }

  /** Fairlead ends, and nothing is waited for any more: they are logged with what is known. */
  public void writeAll() {
    List.copyOf(unwritten).forEach(this::writeLate);
  }

  private long key(SipMessage m, boolean tagInFrom) {
    long callId = hash.hash(m.bytes(), m.callIdFrom(), m.callIdTo());
    return callId ^ Long.rotateLeft(tag(m, tagInFrom), 32);
  }

  long tag(SipMessage m, boolean inFrom) {
    return inFrom
        ? hash.hash(m.bytes(), m.fromTagFrom(), m.fromTagTo())
        : hash.hash(m.bytes(), m.toTagFrom(), m.toTagTo());
  }

  long nowNs() {
    return loop.nowNs();
  }

  long maxDurationNs() {
    return settings.maxDuration().toNanos();
  }

  long sessionGraceNs() {
    return settings.sessionGrace().toNanos();
  }

  void arm(Call call, long delayNs) {
    loop.timers().schedule(call, delayNs);
  }

  void up() {
    settingUp--;
  }

  void reaped() {
    reaped.add();
  }

  void over(Call call, boolean wasUp) {
    loop.timers().cancel(call);
    if (!wasUp) {
      settingUp--;
    }
    unlink(call);
    size--;
    log(call.record());
  }

  private void log(CallRecord record) {
    if (record.isMediaAwaited()) {
      unwritten.add(record);
      record.whenKnown(this::writeLate);
    } else {
      log.accept(record);
    }
  }

  private void writeLate(CallRecord record) {
    if (unwritten.remove(record)) {
      log.accept(record);
    }
  }

  /** It is over with its backend, and remembered. */
  void lost(Call call) {
    loop.timers().schedule(call, settings.lostMemory().toNanos());
    lost++;
    size--;
    log(call.record());
  }

  /** It is remembered no more. */
  void forget(Call call) {
    lost--;
    unlink(call);
  }

  private void unlink(Call call) {
    Call before = byKey.get(call.key);
    if (before == call) {
      Call following = call.sameKey;
      if (following == null) {
        byKey.remove(call.key);
      } else {
        byKey.put(call.key, following);
      }
      return;
    }
    while (before != null && before.sameKey != call) {
      before = before.sameKey;
    }
    if (before != null) {
      before.sameKey = call.sameKey;
    }
  }
}
