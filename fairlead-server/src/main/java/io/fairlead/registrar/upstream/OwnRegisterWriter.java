// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.dialog.DeviceAddress;
import io.fairlead.dialog.FlowToken;
import io.fairlead.loop.SipHash;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;

/**
 * Writes a REGISTER of our own that says of a binding what its device said: the same Contact, and
 * the Path over us to it; or the Contact that stands for all devices.
 *
 * <p>Owned by one loop: the writer it returns holds the message until the next call.
 */
final class OwnRegisterWriter {
  /** CSeq must grow and stay below 2^31 (RFC 3261 §8.1.1.5): seconds since 2026 do for long. */
  private static final byte[] SIPS = "sips:".getBytes(StandardCharsets.US_ASCII);

  private static final long SINCE_SECONDS = 1_767_225_600L;

  private static final int ID = 16;

  private final FlowToken token;
  private final DeviceAddress listening = new DeviceAddress();
  private final SipHash hash;
  private final boolean shared;
  private final SipWriter out = new SipWriter(1024);

  /**
   * @param shared one registration stands for all devices of an address of record
   */
  OwnRegisterWriter(FlowToken token, SipHash hash, boolean shared) {
    this.token = token;
    this.hash = hash;
    this.shared = shared;
  }

  /** The CSeq of a message sent at that time; the answer to a challenge has the next number. */
  static long cseq(long nowMs) {
    return Math.max(1, 2 * (nowMs / 1000 - SINCE_SECONDS)) & 0x7fffffffL;
  }

  /** The request-URI: the domain alone (RFC 3261 §10.2). */
  static String uri(AddressOfRecord aor) {
    String text = aor.toString();
    return "sip:" + text.substring(text.lastIndexOf('@') + 1);
  }

  /**
   * The message.
   *
   * @param by the listener it leaves by
   * @param expires how long the binding is to hold, in seconds; 0 removes it
   * @param more header lines with CR LF, or empty
   */
  SipWriter write(
      AddressOfRecord aor,
      Binding binding,
      Listener by,
      long branch,
      long cseq,
      long expires,
      String more) {
    String uri = uri(aor);
    out.clear().put("REGISTER ").put(uri).put(" SIP/2.0\r\n");
    RegisterEdits.via(out, by, branch, 0);
    out.put("Max-Forwards: 70\r\nFrom: <sip:");
    SharedContact.address(out, aor).put(">;tag=").hex(branch, ID).put("\r\nTo: <sip:");
    SharedContact.address(out, aor)
        .put(">\r\nCall-ID: ")
        .hex(id(aor, binding), ID)
        .put("@fairlead\r\nCSeq: ");
    out.number(cseq).put(" REGISTER\r\n");
    if (shared) {
      SharedContact.contact(out, aor, expires);
      SharedContact.path(out, by);
    } else {
      contact(binding, expires);
      path(binding, by);
    }
    out.put("Supported: path\r\nExpires: ").number(expires).line();
    if (!shared && !binding.device().agent().isEmpty()) {
      out.put("User-Agent: ").put(binding.device().agent()).line();
    }
    out.put(more).put("Content-Length: 0\r\n\r\n");
    return out;
  }

  // One Call-ID for a registration, whatever the process: the backend sees one user agent.
  private long id(AddressOfRecord aor, Binding binding) {
    byte[] contact = shared ? aor.bytes() : binding.contact();
    return Ascii.hash(hash.hash(contact, 0, contact.length), aor.bytes(), 0, aor.bytes().length);
  }

  private void contact(Binding binding, long expires) {
    byte[] instance = binding.device().instance();
    out.put("Contact: <").put(binding.contact()).put('>');
    if (binding.q() < 1000) {
      out.put(";q=0.").put(String.valueOf(1000 + binding.q()).substring(1));
    }
    if (instance.length > 0) {
      out.put(";+sip.instance=\"<").put(instance).put(">\"");
    }
    if (binding.device().regId() > 0) {
      out.put(";reg-id=").number(binding.device().regId());
    }
    out.put(";expires=").number(expires).line();
  }

  private void path(Binding binding, Listener by) {
    byte[] contact = binding.contact();
    boolean sips = Ascii.equalsLower(contact, 0, Math.min(SIPS.length, contact.length), SIPS);
    out.put("Path: <").put(by.scheme(sips)).put(':');
    token.write(out, listening.of(binding));
    boolean outbound = binding.path().length == 0 && binding.device().regId() > 0;
    RegisterEdits.address(out, by, sips, outbound);
    out.put('>');
    if (binding.path().length > 0) {
      out.put(", ").put(binding.path());
    }
    out.line();
  }
}
