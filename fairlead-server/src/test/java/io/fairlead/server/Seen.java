// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A message that a peer saw; it must be without fault.
 *
 * @param text as it came
 * @param parsed read by our own parser
 */
record Seen(String text, SipMessage parsed) {
  static Seen of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    SipMessage message = new SipParser().parse(bytes, 0, bytes.length);
    if (message == null || message.problem() != null) {
      throw new AssertionError("Fairlead sent what is no SIP message:\n" + text);
    }
    return new Seen(text, message.keep());
  }

  boolean isRequest() {
    return parsed instanceof SipRequest;
  }

  /** Status of a response, 0 for a request. */
  int status() {
    return parsed instanceof SipResponse response ? response.status() : 0;
  }

  /** Method of a request; of a response the one in CSeq. */
  String method() {
    return isRequest() ? text.substring(0, text.indexOf(' ')) : first("CSeq").split(" +")[1];
  }

  /** The request-URI. */
  String uri() {
    return text.split(" ", 3)[1];
  }

  /**
   * The values of a header, one for each comma outside brackets and quotes in Via and the Route
   * headers.
   */
  List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (String line : text.substring(0, text.indexOf("\r\n\r\n")).split("\r\n")) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).trim().equalsIgnoreCase(name)) {
        String value = line.substring(colon + 1).trim();
        boolean list = name.toLowerCase(Locale.ROOT).matches("via|route|record-route");
        values.addAll(list ? List.of(value.split(" *, *")) : List.of(value));
      }
    }
    return values;
  }

  /** The first value of a header, or an empty text. */
  String first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? "" : values.getFirst();
  }

  String branch() {
    return param(first("Via"), "branch");
  }

  String callId() {
    return first("Call-ID");
  }

  int cseq() {
    return Integer.parseInt(first("CSeq").split(" +")[0]);
  }

  String toTag() {
    return param(first("To"), "tag");
  }

  String fromTag() {
    return param(first("From"), "tag");
  }

  /** The URI between the brackets. */
  static String bracketed(String value) {
    int open = value.indexOf('<');
    return open < 0 ? value : value.substring(open + 1, value.indexOf('>', open));
  }

  static String param(String value, String name) {
    int at = value.indexOf(";" + name + "=", Math.max(0, value.indexOf('>')));
    return at < 0 ? "" : value.substring(at + name.length() + 2).split("[;>,]", 2)[0];
  }

  @Override
  public String toString() {
    return isRequest() ? method() : status() + " " + method();
  }
}
