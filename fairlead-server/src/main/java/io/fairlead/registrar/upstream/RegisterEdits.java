// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.dialog.DeviceAddress;
import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.NatDetection;
import io.fairlead.pool.CallerAddressHeaders;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderLines;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transaction.Branch;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes the REGISTER that goes to a registrar behind us from the one that came, and the answer that
 * goes back (RFC 3327 §5.2, RFC 5626 §5.1). The Contact's URI is never changed.
 *
 * <p>Owned by one loop: the writer it returns holds the message until the next call.
 */
final class RegisterEdits {
  private static final byte[] PATH = "path".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OUTBOUND = "outbound".getBytes(StandardCharsets.US_ASCII);

  private final FlowToken token;
  private final int node;
  private final SipUri contact = new SipUri();
  private final HeaderLines lines = new HeaderLines();
  private final Edit edit = new Edit();
  private final SipWriter out = new SipWriter();

  /**
   * @param node the number of this node, which holds the flows that Path names
   */
  RegisterEdits(FlowToken token, int node) {
    this.token = token;
    this.node = node;
  }

  /**
   * The request that leaves.
   *
   * @param in the flow it came by, which Path names
   * @param leaving how it leaves
   * @param expires what is asked for in place of what the device asked for, in seconds; 0 for that
   */
  SipWriter request(SipRequest r, Flow in, Leaving leaving, long expires) {
    begin(r, in, leaving);
    path(r, in, leaving.by);
    if (expires > 0) {
      ask(r, expires);
    }
    edit.write(out.clear());
    return out;
  }

  /**
   * The request that leaves where one registration stands for all devices: what it says of its own
   * stays here.
   *
   * @param leaving how it leaves
   * @param all whose devices, and for how long
   */
  SipWriter request(SipRequest r, Flow in, Leaving leaving, ForAll all) {
    begin(r, in, leaving);
    ContactIterator contact = new ContactIterator(r);
    boolean any = contact.next();
    cut(r, HeaderName.PATH);
    SipWriter text = edit.insert(r.headersEnd());
    if (any && !contact.wildcard()) {
      cut(r, HeaderName.CONTACT);
      cut(r, HeaderName.EXPIRES);
      SharedContact.contact(text, all.aor, all.expires);
      text.put("Expires: ").number(all.expires).line();
    }
    SharedContact.path(text, leaving.by);
    if (!supports(r, PATH)) {
      text.put("Supported: path\r\n");
    }
    edit.write(out.clear());
    return out;
  }

  /**
   * All devices of a user.
   *
   * @param expires what is asked for, in seconds; 0 when none is left
   */
  record ForAll(AddressOfRecord aor, long expires) {}

  /**
   * How it leaves.
   *
   * @param by the listener
   * @param tell the backend is told where it came from
   * @param trusted it came from another node of ours
   */
  record Leaving(Listener by, long branch, int loopHash, boolean tell, boolean trusted) {}

  private void begin(SipRequest r, Flow in, Leaving leaving) {
    edit.on(r);
    CallerAddressHeaders.apply(r, edit, in.remote(), leaving.tell, leaving.trusted);
    Responses.markVia(edit, r, in.remote());
    lines.split(r, edit);
    via(r, leaving.by, leaving.branch, leaving.loopHash);
    cut(r, HeaderName.ROUTE);
    if (r.maxForwards() >= 0) {
      int i = r.first(HeaderName.MAX_FORWARDS);
      edit.replace(r.valueStart(i), r.valueEnd(i)).number(r.maxForwards() - 1);
    }
  }

  private void cut(SipMessage message, HeaderName header) {
    for (int i = message.first(header); i >= 0; i = message.next(header, i)) {
      edit.cut(message.lineStart(i), message.lineEnd(i));
    }
  }

  private void via(SipRequest r, Listener by, long branch, int loopHash) {
    SipWriter text = edit.insert(r.lineStart(r.via().header()));
    via(text, by, branch, loopHash);
    if (r.maxForwards() < 0) {
      text.put("Max-Forwards: 70\r\n");
    }
  }

  /** Appends a Via line of ours. */
  static void via(SipWriter text, Listener by, long branch, int loopHash) {
    text.put("Via: SIP/2.0/").put(by.transport().viaToken()).put(' ').put(by.sentBy());
    text.put(";rport;branch=");
    Branch.write(text, branch, loopHash);
    text.line();
  }

  private void path(SipRequest r, Flow in, Listener by) {
    int first = r.first(HeaderName.PATH);
    SipWriter text = edit.insert(first < 0 ? r.headersEnd() : r.lineStart(first));
    boolean sips = r.uri().scheme() == SipUri.Scheme.SIPS;
    text.put("Path: <").put(by.scheme(sips)).put(':');
    token.write(text, listening(r, in));
    address(text, by, sips, NatDetection.isDirect(r) && wantsOutbound(r));
    text.put(">\r\n");
    if (!supports(r, PATH)) {
      text.put("Supported: path\r\n");
    }
  }

  /**
   * Appends what stands behind the user part of a Path URI of ours.
   *
   * @param sips the registration is sips (RFC 5630 §5.2), and so is the Path where we speak TLS
   */
  static void address(SipWriter text, Listener by, boolean sips, boolean outbound) {
    text.put('@').put(by.sentBy()).put(by.transportParameter(sips));
    text.put(outbound ? ";lr;ob" : ";lr");
  }

  // Where calls to the device go: where its one Contact says, or back over the flow.
  private Binding.Origin listening(SipRequest r, Flow in) {
    ContactIterator asked = new ContactIterator(r);
    boolean said =
        NatDetection.isDirect(r)
            && !r.has(HeaderName.PATH)
            && !wantsOutbound(r)
            && asked.next()
            && !asked.wildcard()
            && contact.parse(r.bytes(), asked.uriFrom(), asked.uriTo())
            && !asked.next();
    boolean nat = !said || NatDetection.between(in, r, contact, false);
    return DeviceAddress.of(in, contact, nat, node);
  }

  // RFC 5626 §4.2.1: a device that does outbound says so, and numbers its flow.
  private static boolean wantsOutbound(SipRequest r) {
    ContactIterator contact = new ContactIterator(r);
    return supports(r, OUTBOUND) && contact.next() && contact.regId() > 0;
  }

  private static boolean supports(SipRequest r, byte[] option) {
    byte[] bytes = r.bytes();
    for (int i = r.first(HeaderName.SUPPORTED); i >= 0; i = r.next(HeaderName.SUPPORTED, i)) {
      int from = r.valueStart(i);
      int to = r.valueEnd(i);
      while (from < to) {
        int comma = Ascii.indexOf(bytes, from, to, ',');
        int until = comma < 0 ? to : comma;
        int end = until;
        while (end > from && bytes[end - 1] <= ' ') {
          end--;
        }
        if (Ascii.equalsLower(bytes, from, end, option)) {
          return true;
        }
        from = comma < 0 ? to : Ascii.skipLws(bytes, comma + 1, to);
      }
    }
    return false;
  }

  // What removes a binding still does: only what asks for a time asks for another one.
  private void ask(SipRequest r, long expires) {
    int header = r.first(HeaderName.EXPIRES);
    boolean renews = ContactIterator.header(r) != 0;
    if (header >= 0 && renews) {
      edit.replace(r.valueStart(header), r.valueEnd(header)).number(expires);
    }
    ContactIterator contact = new ContactIterator(r);
    boolean any = false;
    while (contact.next()) {
      any = true;
      if (contact.expires() != ContactIterator.NONE && contact.expires() != 0) {
        edit.replace(contact.expiresFrom(), contact.expiresTo()).number(expires);
      }
    }
    if (header < 0 && any) {
      edit.insert(r.headersEnd()).put("Expires: ").number(expires).line();
    }
  }

  /**
   * The answer that goes back.
   *
   * @param granted the longest time the device is told, in seconds; 0 for what the backend says
   */
  SipWriter response(SipResponse response, long granted) {
    edit.on(response);
    Responses.popVia(edit, response);
    if (granted > 0 && response.isSuccess()) {
      grant(response, granted);
    }
    if (response.status() == 503) {
      // It would be read as ours (RFC 3261 §16.7).
      cut(response, HeaderName.RETRY_AFTER);
    }
    edit.write(out.clear());
    return out;
  }

  /**
   * The answer to a device that shares a registration.
   *
   * @param bindings all devices, whose Contacts stand in place of the one
   */
  SipWriter response(SipResponse response, List<Binding> bindings, long nowMs) {
    edit.on(response);
    Responses.popVia(edit, response);
    cut(response, HeaderName.CONTACT);
    cut(response, HeaderName.EXPIRES);
    LocalRenewalAnswer.contacts(edit.insert(response.headersEnd()), bindings, nowMs);
    edit.write(out.clear());
    return out;
  }

  private void grant(SipResponse response, long granted) {
    int header = response.first(HeaderName.EXPIRES);
    if (header >= 0 && ContactIterator.header(response) > granted) {
      edit.replace(response.valueStart(header), response.valueEnd(header)).number(granted);
    }
    ContactIterator contact = new ContactIterator(response);
    while (contact.next()) {
      if (contact.expires() > granted) {
        edit.replace(contact.expiresFrom(), contact.expiresTo()).number(granted);
      } else if (contact.expires() == ContactIterator.NONE && contact.hasBrackets()) {
        edit.insert(contact.end()).put(";expires=").number(granted);
      }
    }
  }
}
