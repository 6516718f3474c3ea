// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A message that a peer saw; it must be without fault.
 *
 * @param text as it came
 * @param parsed read by our own parser
 */
record Seen(String text, SipMessage parsed) {
  private static final Set<String> LISTS = Set.of("via", "route", "record-route");
  private static final Pattern COMMA = Pattern.compile(" *, *(?=([^\"]*\"[^\"]*\")*[^\"]*$)");

  static Seen of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    SipMessage message = new SipParser().parse(bytes, 0, bytes.length);
    if (message == null || message.problem() != null) {
      throw new AssertionError("Fairlead sent what is no SIP message:\n" + text);
    }
    if (!message.has(HeaderName.CONTENT_LENGTH) || message.end() != bytes.length) {
      throw new AssertionError("a stream would be cut wrongly:\n" + text);
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
    boolean list = LISTS.contains(name.toLowerCase(Locale.ROOT));
    int end = text.indexOf("\r\n\r\n");
    for (int from = text.indexOf("\r\n") + 2; from < end + 2; ) {
      int to = text.indexOf("\r\n", from);
      int colon = text.indexOf(':', from);
      if (colon > from && colon < to && text.substring(from, colon).trim().equalsIgnoreCase(name)) {
        String value = text.substring(colon + 1, to).trim();
        values.addAll(list ? List.of(COMMA.split(value)) : List.of(value));
      }
      from = to + 2;
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
