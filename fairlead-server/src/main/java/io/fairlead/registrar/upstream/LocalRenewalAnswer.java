// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.Binding;
import io.fairlead.transport.Flow;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the answer to a renewal that is not passed on (RFC 3261 §10.3 step 8). Immutable. */
final class LocalRenewalAnswer {
  private static final int TAG = 16;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private LocalRenewalAnswer() {}

  /**
   * Writes it into an empty writer.
   *
   * @param seed of the tag: the same for a retransmission
   * @param bindings all that hold
   */
  static void write(
      SipWriter out, SipRequest request, Flow flow, long seed, List<Binding> bindings, long nowMs) {
    Responses.begin(out.clear(), request, flow.remote(), 200, "OK", tag(seed));
    contacts(out, bindings, nowMs);
    out.put("Content-Length: 0\r\n\r\n");
  }

  /** Appends a Contact line for each binding. */
  static void contacts(SipWriter out, List<Binding> bindings, long nowMs) {
    for (Binding binding : bindings) {
      out.put("Contact: <").put(binding.contact()).put(">;expires=");
      out.number(Math.max(1, (binding.renewal().expiresMs() - nowMs) / 1000));
      if (binding.q() < 1000) {
        out.put(";q=0.").put(String.valueOf(1000 + binding.q()).substring(1));
      }
      if (binding.device().instance().length > 0) {
        out.put(";+sip.instance=\"<").put(binding.device().instance()).put(">\"");
      }
      if (binding.device().regId() > 0) {
        out.put(";reg-id=").number(binding.device().regId());
      }
      out.line();
    }
  }

  private static byte[] tag(long seed) {
    byte[] tag = new byte[TAG];
    for (int i = 0; i < TAG; i++) {
      tag[i] = HEX[(int) (seed >>> (60 - 4 * i)) & 15];
    }
    return tag;
  }
}
