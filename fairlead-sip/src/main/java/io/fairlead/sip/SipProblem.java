// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * What is wrong with a message, and how a request with it is answered. A value, not an exception:
 * any peer can cause it. Immutable.
 *
 * @param status 400, or 416, 505 and 513 where RFC 3261 has a status of its own
 * @param reason names the header or the part of the start line
 */
public record SipProblem(int status, String reason) {
  static final SipProblem BAD_REQUEST_LINE = bad("Request-Line");
  static final SipProblem BAD_REQUEST_URI = bad("Request-URI");
  static final SipProblem BAD_VERSION = new SipProblem(505, "Version Not Supported");
  static final SipProblem BAD_SCHEME = new SipProblem(416, "Unsupported URI Scheme");
  static final SipProblem BAD_STATUS_LINE = bad("Status-Line");
  static final SipProblem BAD_LINE = bad("Header Line");
  static final SipProblem BAD_CONTROL = bad("Control Character");
  static final SipProblem NO_END = new SipProblem(400, "Missing Empty Line");
  static final SipProblem TOO_MANY = new SipProblem(400, "Too Many Headers");
  static final SipProblem BAD_VIA = bad("Via");
  static final SipProblem BAD_FROM = bad("From");
  static final SipProblem BAD_TO = bad("To");
  static final SipProblem BAD_CALL_ID = bad("Call-ID");
  static final SipProblem BAD_CSEQ = bad("CSeq");
  static final SipProblem OTHER_METHOD = new SipProblem(400, "CSeq Method Differs");
  static final SipProblem BAD_MAX_FORWARDS = bad("Max-Forwards");
  static final SipProblem BAD_CONTENT_LENGTH = bad("Content-Length");
  static final SipProblem SHORT_BODY = new SipProblem(400, "Content-Length Exceeds Body");

  /** A body on a stream, and nothing says where it ends. */
  public static final SipProblem NO_LENGTH = new SipProblem(400, "Missing Content-Length");

  /** On a stream: Content-Length is no number, or there are two. */
  public static final SipProblem BAD_LENGTH = BAD_CONTENT_LENGTH;

  /** Longer than is accepted. */
  public static final SipProblem TOO_LARGE = new SipProblem(513, "Message Too Large");

  /** On a stream: something stands before the message that is none. */
  public static final SipProblem NOT_SIP = new SipProblem(400, "Not SIP");

  static SipProblem bad(String what) {
    return new SipProblem(400, "Bad " + what);
  }

  static SipProblem missing(HeaderName name) {
    return new SipProblem(400, "Missing " + name.text());
  }

  static SipProblem repeated(HeaderName name) {
    return new SipProblem(400, "Repeated " + name.text());
  }
}
