// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.dialog.Gruu;
import io.fairlead.loop.SipHash;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Answers REGISTER without a transaction (RFC 3261 §8.2.7): a retransmission gets the same answer
 * because nothing has changed since, the tag included.
 *
 * <p>Owned by one loop.
 */
final class RegisterResponses {
  /** What goes into a 200 beside the bindings. */
  record Extras(boolean outbound, boolean gruu, boolean serviceRoute, long flowTimer) {}

  private static final int TAG = 16;
  private static final byte[] CONTACT = ascii("Contact: <");
  private static final byte[] EXPIRES = ascii(">;expires=");
  private static final byte[] INSTANCE = ascii(";+sip.instance=\"<");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final RegistrarDependencies house;
  private final SipHash hash;
  private final Gruu gruu;
  private final SipWriter tag = new SipWriter(TAG);
  private final SipWriter out = new SipWriter(2048);
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();
  private byte[] end = {};
  private long endSecond = -1;

  RegisterResponses(RegistrarDependencies house) {
    this.house = house;
    this.hash = house.keys().branchHash();
    this.gruu = new Gruu(house.keys());
  }

  /** Begins an answer; header lines may follow, then {@link #send}. */
  SipWriter begin(Flow flow, SipRequest request, int status, String reason) {
    long seed = hash.hash(request.bytes(), request.callIdFrom(), request.callIdTo());
    byte[] toTag = tag.clear().hex(seed, TAG).bytes();
    Responses.begin(out.clear(), request, flow.remote(), status, reason, toTag);
    return out;
  }

  /** Ends the answer and sends it the way the topmost Via says. */
  void send(Flow flow, SipRequest request) {
    out.put("Content-Length: 0\r\n\r\n");
    deliver(flow, request);
  }

  private void deliver(Flow flow, SipRequest request) {
    house.replyPath().of(flow, request.via()).send(out.bytes(), 0, out.length());
  }

  /** 200 with all bindings (RFC 3261 §10.3 step 8). */
  void list(
      Flow flow, SipRequest request, AddressOfRecord aor, List<Binding> bindings, Extras extras) {
    long nowMs = house.clockMs().getAsLong();
    begin(flow, request, 200, "OK");
    for (int i = 0; i < bindings.size(); i++) {
      contact(aor, bindings.get(i), nowMs, extras.gruu);
    }
    finish(flow, request, nowMs, extras);
  }

  /** 200 with the only binding, which is as the request says. */
  void renewed(
      Flow flow, SipRequest request, AddressOfRecord aor, RequestedContact wanted, Extras extras) {
    long nowMs = house.clockMs().getAsLong();
    byte[] bytes = request.bytes();
    begin(flow, request, 200, "OK");
    out.put(CONTACT).put(bytes, wanted.uriFrom, wanted.uriTo).put(EXPIRES).number(wanted.granted);
    q(wanted.q);
    if (wanted.hasInstance()) {
      device(bytes, wanted.instanceFrom, wanted.instanceTo, wanted.regId);
      if (extras.gruu) {
        gruus(aor, Arrays.copyOfRange(bytes, wanted.instanceFrom, wanted.instanceTo), nowMs);
      }
    }
    out.line();
    finish(flow, request, nowMs, extras);
  }

  private void finish(Flow flow, SipRequest request, long nowMs, Extras extras) {
    for (int i = request.first(HeaderName.PATH); i >= 0; i = request.next(HeaderName.PATH, i)) {
      out.put("Path: ").put(request.bytes(), request.valueStart(i), request.valueEnd(i)).line();
    }
    if (extras.serviceRoute) {
      serviceRoute(flow.listener(), request);
    }
    if (extras.outbound) {
      out.put("Require: outbound\r\n");
      if (extras.flowTimer > 0) {
        out.put("Flow-Timer: ").number(extras.flowTimer).line();
      }
    }
    out.put(end(nowMs));
    deliver(flow, request);
  }

  // In the scheme of the Contact (RFC 5630 §5.2).
  private void serviceRoute(Listener by, SipRequest request) {
    int header = request.first(HeaderName.CONTACT);
    boolean sips =
        header >= 0
            && element.parse(request.bytes(), request.valueStart(header), request.valueEnd(header))
            && uri.parse(request.bytes(), element.uriFrom(), element.uriTo())
            && uri.scheme() == SipUri.Scheme.SIPS;
    out.put("Service-Route: <").put(by.scheme(sips)).put(':').put(by.sentBy());
    out.put(by.transportParameter(sips)).put(";lr>\r\n");
  }

  private void contact(AddressOfRecord aor, Binding binding, long nowMs, boolean withGruu) {
    // Rounded up: a binding that still holds never shows 0, which would mean that it is gone.
    long seconds = (binding.renewal().expiresMs() - nowMs + 999) / 1000;
    out.put(CONTACT).put(binding.contact()).put(EXPIRES).number(seconds);
    q(binding.q());
    byte[] instance = binding.device().instance();
    if (instance.length > 0) {
      device(instance, 0, instance.length, binding.device().regId());
      if (withGruu) {
        gruus(aor, instance, nowMs);
      }
    }
    out.line();
  }

  private void q(int thousandths) {
    if (thousandths < 1000) {
      out.put(";q=0.").put((char) ('0' + thousandths / 100));
      out.put((char) ('0' + thousandths / 10 % 10)).put((char) ('0' + thousandths % 10));
    }
  }

  private void device(byte[] bytes, int from, int to, int regId) {
    out.put(INSTANCE).put(bytes, from, to).put('>').put('"');
    if (regId > 0) {
      out.put(";reg-id=").number(regId);
    }
  }

  // RFC 5627 §5.3.
  private void gruus(AddressOfRecord aor, byte[] instance, long nowMs) {
    out.put(";pub-gruu=\"");
    gruu.writePublic(out, aor, instance);
    out.put('"');
    int before = out.length();
    out.put(";temp-gruu=\"");
    if (gruu.writeTemporary(out, aor, instance, nowMs)) {
      out.put('"');
    } else {
      out.truncate(before);
    }
  }

  // What every 200 ends with, the same for a second.
  private byte[] end(long nowMs) {
    long second = nowMs / 1000;
    if (second != endSecond) {
      endSecond = second;
      String date = DATE.format(Instant.ofEpochSecond(second));
      end =
          ascii(
              "Supported: path, outbound, gruu\r\nDate: " + date + "\r\nContent-Length: 0\r\n\r\n");
    }
    return end;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
