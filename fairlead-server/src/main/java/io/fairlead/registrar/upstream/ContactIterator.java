// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the Contacts of a REGISTER or of its answer, one after the other (RFC 3261 §20.10, RFC 5626
 * §4.1). Offsets are positions in the message's bytes.
 *
 * <p>Owned by one loop: one object reads message after message.
 */
final class ContactIterator {
  /** What {@link #expires} gives when there is none. */
  static final long NONE = -1;

  /** More is as good as for ever. */
  static final long MAX_EXPIRES = Integer.MAX_VALUE;

  private static final byte[] EXPIRES = lower("expires");
  private static final byte[] Q = lower("q");
  private static final byte[] INSTANCE = lower("+sip.instance");
  private static final byte[] REG_ID = lower("reg-id");
  private static final int MOST = 1000;

  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();
  private byte[] bytes = {};
  private SipMessage message;
  private int header;
  private int at;
  private boolean ended;
  private boolean broken;
  private boolean wildcard;
  private long expires;
  private int expiresFrom;
  private int expiresTo;
  private int q;
  private int instanceFrom;
  private int instanceTo;
  private int regId;

  ContactIterator(SipMessage message) {
    this.message = message;
    on(message);
  }

  private static byte[] lower(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /** Begins with another message. */
  ContactIterator on(SipMessage next) {
    message = next;
    bytes = next.bytes();
    header = -1;
    at = -1;
    ended = false;
    broken = false;
    return this;
  }

  /** Goes to the next Contact; false when there is none left, or it breaks the grammar. */
  boolean next() {
    if (ended || at < 0 && !nextHeader()) {
      return false;
    }
    int until = message.valueEnd(header);
    wildcard = until - at == 1 && bytes[at] == '*';
    forget();
    if (wildcard) {
      at = -1;
      return true;
    }
    if (!element.parse(bytes, at, until) || !uri.parse(bytes, element.uriFrom(), element.uriTo())) {
      broken = true;
      ended = true;
      return false;
    }
    at = element.nextElement(until);
    params();
    return true;
  }

  private boolean nextHeader() {
    header = message.next(HeaderName.CONTACT, header);
    ended = header < 0;
    at = ended ? -1 : message.valueStart(header);
    return !ended;
  }

  private void forget() {
    expires = NONE;
    q = MOST;
    regId = 0;
    instanceFrom = 0;
    instanceTo = 0;
  }

  private void params() {
    int to = element.end();
    int i = element.paramsFrom();
    while (i < to && bytes[i] == ';') {
      int nameFrom = Ascii.skipLws(bytes, i + 1, to);
      int nameTo = nameFrom;
      while (nameTo < to && Ascii.isToken(bytes[nameTo])) {
        nameTo++;
      }
      int valueFrom = nameTo;
      int valueTo = nameTo;
      i = Ascii.skipLws(bytes, nameTo, to);
      if (i < to && bytes[i] == '=') {
        valueFrom = Ascii.skipLws(bytes, i + 1, to);
        valueTo = valueEnd(valueFrom, to);
        i = Ascii.skipLws(bytes, valueTo, to);
      }
      param(nameFrom, nameTo, valueFrom, valueTo);
    }
  }

  private int valueEnd(int from, int to) {
    int i = from;
    boolean quoted = from < to && bytes[from] == '"';
    if (quoted) {
      for (i = from + 1; i < to && bytes[i] != '"'; i++) {
        i += bytes[i] == '\\' ? 1 : 0;
      }
      return Math.min(to, i + 1);
    }
    while (i < to && bytes[i] != ';' && bytes[i] > ' ') {
      i++;
    }
    return i;
  }

  private void param(int nameFrom, int nameTo, int from, int to) {
    if (Ascii.equalsLower(bytes, nameFrom, nameTo, EXPIRES)) {
      expires = seconds(bytes, from, to);
      expiresFrom = from;
      expiresTo = to;
    } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, Q)) {
      q = thousandths(from, to);
    } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, REG_ID)) {
      regId = (int) Math.max(0, seconds(bytes, from, to));
    } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, INSTANCE)) {
      instance(from, to);
    }
  }

  // The URN alone: "<urn:uuid:...>" without quotes and brackets.
  private void instance(int from, int to) {
    int begin = from;
    int end = to;
    while (begin < end && (bytes[begin] == '"' || bytes[begin] == '<')) {
      begin++;
    }
    while (end > begin && (bytes[end - 1] == '"' || bytes[end - 1] == '>')) {
      end--;
    }
    instanceFrom = begin;
    instanceTo = end;
  }

  private int thousandths(int from, int to) {
    int value = from < to && bytes[from] == '1' ? MOST : 0;
    int weight = 100;
    for (int i = from + 2; i < to && weight > 0 && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      value += (bytes[i] - '0') * weight;
      weight /= 10;
    }
    return Math.min(MOST, value);
  }

  /** True when a Contact could not be read. */
  boolean broken() {
    return broken;
  }

  /** True for {@code *}. */
  boolean wildcard() {
    return wildcard;
  }

  int uriFrom() {
    return element.uriFrom();
  }

  int uriTo() {
    return element.uriTo();
  }

  /** A copy of the URI. */
  byte[] uri() {
    return Arrays.copyOfRange(bytes, element.uriFrom(), element.uriTo());
  }

  /** True when the URI is these bytes. */
  boolean isUri(byte[] contact) {
    return Ascii.equals(bytes, uriFrom(), uriTo(), contact, 0, contact.length);
  }

  /** Its own expires in seconds, or {@link #NONE}. */
  long expires() {
    return expires;
  }

  /** True when it asks to be removed, by its own expires or the message's. */
  boolean removes() {
    return expires == 0 || expires == NONE && header(message) == 0;
  }

  /** Where the value of expires begins; only when there is one. */
  int expiresFrom() {
    return expiresFrom;
  }

  int expiresTo() {
    return expiresTo;
  }

  /** In thousandths; 1000 when it says nothing. */
  int q() {
    return q;
  }

  int regId() {
    return regId;
  }

  /** A copy of the instance's URN; empty when there is none. */
  byte[] instance() {
    return Arrays.copyOfRange(bytes, instanceFrom, instanceTo);
  }

  /** True when it names that instance, in upper or lower case. */
  boolean isInstance(byte[] urn) {
    return Ascii.equalsAnyCase(bytes, instanceFrom, instanceTo, urn, 0, urn.length);
  }

  /** Behind its last parameter: where another can be added. */
  int end() {
    return element.end();
  }

  /**
   * True when a parameter can be added behind: the URI stands in brackets or has none of its own.
   */
  boolean hasBrackets() {
    return element.hasBrackets();
  }

  /** True when no Contact breaks the grammar. */
  static boolean readable(SipMessage message) {
    ContactIterator contact = new ContactIterator(message);
    boolean more = contact.next();
    while (more) {
      more = contact.next();
    }
    return !contact.broken();
  }

  /** The Expires header in seconds, or {@link #NONE}. */
  static long header(SipMessage message) {
    int i = message.first(HeaderName.EXPIRES);
    if (i < 0) {
      return NONE;
    }
    return seconds(message.bytes(), message.valueStart(i), message.valueEnd(i));
  }

  // However long: who asks for more than a number holds asks for as much as there is.
  private static long seconds(byte[] bytes, int from, int to) {
    if (from >= to) {
      return NONE;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return NONE;
      }
      value = Math.min(MAX_EXPIRES, value * 10 + bytes[i] - '0');
    }
    return value;
  }
}
