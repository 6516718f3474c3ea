// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.overload;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.loop.Loop;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Method;
import io.fairlead.sip.OverloadParameters;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import io.fairlead.transaction.ResponseFeedback;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a share of the new calls of one loop when messages queue for it, and tells clients that
 * listen to keep that share back (RFC 7339, the loss algorithm). As CoDel does, it goes by how long
 * the queue has not been empty, not by how long it is: a burst passes, a standing queue does not.
 *
 * <p>Requests inside dialogs, calls for help and all but INVITE pass.
 *
 * <p>Owned by one loop.
 */
public final class LoadShedding implements ResponseFeedback {
  private static final byte[] LONG_VIA = "via".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMPACT_VIA = "v".getBytes(StandardCharsets.US_ASCII);
  private static final int ALL = 100;
  // What clients are told falls from all to nothing in this time, so that it does not flicker.
  private static final long FALL_NS = Duration.ofMillis(500).toNanos();

  private final Loop loop;
  private final Supplier<OverloadSettings> settings;
  private final Supplier<EmergencyNumbers> emergency;
  private final LongSupplier clockMs;
  private final Via via = new Via();
  private final SipWriter out = new SipWriter();
  private int credit;
  private int told;
  private long toldNs;
  private long lastSeqMs;

  LoadShedding(
      Loop loop,
      Supplier<OverloadSettings> settings,
      Supplier<EmergencyNumbers> emergency,
      LongSupplier clockMs) {
    this.loop = loop;
    this.settings = settings;
    this.emergency = emergency;
    this.clockMs = clockMs;
  }

  /** The share of new calls, in percent, that is too much now. */
  public int percent() {
    Duration delay = settings.get().queueDelay();
    if (delay == null) {
      return 0;
    }
    long delayNs = delay.toNanos();
    long over = loop.standingQueueNs() - delayNs;
    return over <= 0 ? 0 : (int) Math.min(ALL, Math.max(1, over * ALL / delayNs));
  }

  /** Whether a request outside a dialog is to be refused. Each call counts as one request. */
  public boolean refuses(SipRequest r) {
    int share = r.method() == Method.INVITE ? percent() : 0;
    if (share == 0 || isEmergency(r)) {
      return false;
    }
    // Spread evenly: with 25 each fourth.
    credit += share;
    if (credit < ALL) {
      return false;
    }
    credit -= ALL;
    return true;
  }

  /** Whether it calls for help: no overload keeps it from anybody. */
  public boolean isEmergency(SipRequest r) {
    return emergency.get().isEmergency(r);
  }

  /** The header lines of a refusal. */
  public String retryAfter() {
    return "Retry-After: " + settings.get().retryAfter().toSeconds() + "\r\n";
  }

  // ---- what clients are told ----

  private int share() {
    long now = loop.nowNs();
    long fallen = (now - toldNs) * ALL / FALL_NS;
    told = (int) Math.max(percent(), Math.max(0, told - Math.max(0, fallen)));
    toldNs = now;
    return told;
  }

  @Override
  public @Nullable SipWriter changed(SipRequest request, byte[] bytes, int from, int to) {
    OverloadSettings now = settings.get();
    int share = now.tell() ? share() : 0;
    if (share == 0) {
      return null;
    }
    Via asking = request.via();
    OverloadParameters asked =
        OverloadParameters.read(request.bytes(), asking.sentByTo(), asking.end());
    if (asked == null || !asked.loss() || !findVia(bytes, from, to)) {
      return null;
    }
    out.clear().put(bytes, from, via.sentByTo());
    OverloadParameters.without(out, bytes, via.sentByTo(), via.end());
    // Values of one moment are the same, so they may have the same number.
    lastSeqMs = Math.max(lastSeqMs, clockMs.getAsLong());
    out.put(";oc=").number(share).put(";oc-algo=\"loss\";oc-validity=");
    out.number(now.validity().toMillis()).put(";oc-seq=").number(lastSeqMs / 1000).put('.');
    long fraction = lastSeqMs % 1000;
    out.put(fraction < 10 ? "00" : fraction < 100 ? "0" : "").number(fraction);
    return out.put(bytes, via.end(), to);
  }

  // The first Via of a response that we have written ourselves: no line is folded before it.
  private boolean findVia(byte[] bytes, int from, int to) {
    int line = Ascii.indexOf(bytes, from, to, '\n') + 1;
    while (line > 0 && line < to && bytes[line] != '\r') {
      int end = Ascii.indexOf(bytes, line, to, '\r');
      int colon = Ascii.indexOf(bytes, line, to, ':');
      if (end < 0 || colon < 0 || colon > end) {
        return false;
      }
      int nameTo = line;
      while (nameTo < colon && Ascii.isToken(bytes[nameTo])) {
        nameTo++;
      }
      if (Ascii.equalsLower(bytes, line, nameTo, LONG_VIA)
          || Ascii.equalsLower(bytes, line, nameTo, COMPACT_VIA)) {
        return via.parse(bytes, Ascii.skipLws(bytes, colon + 1, end), end);
      }
      line = Ascii.indexOf(bytes, line, to, '\n') + 1;
    }
    return false;
  }

  @Override
  public String toString() {
    return "load shedding of loop " + loop.index();
  }
}
