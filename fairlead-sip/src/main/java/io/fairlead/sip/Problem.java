// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * What is wrong with a message, and how a request with it is answered. A value, not an exception:
 * any peer can cause it. Immutable.
 *
 * @param status 400, or 416, 505 and 513 where RFC 3261 has a status of its own
 * @param reason names the header or the part of the start line
 */
public record Problem(int status, String reason) {
  static final Problem BAD_REQUEST_LINE = bad("Request-Line");
  static final Problem BAD_REQUEST_URI = bad("Request-URI");
  static final Problem BAD_VERSION = new Problem(505, "Version Not Supported");
  static final Problem BAD_SCHEME = new Problem(416, "Unsupported URI Scheme");
  static final Problem BAD_STATUS_LINE = bad("Status-Line");
  static final Problem BAD_LINE = bad("Header Line");
  static final Problem BAD_CONTROL = bad("Control Character");
  static final Problem NO_END = new Problem(400, "Missing Empty Line");
  static final Problem TOO_MANY = new Problem(400, "Too Many Headers");
  static final Problem BAD_VIA = bad("Via");
  static final Problem BAD_FROM = bad("From");
  static final Problem BAD_TO = bad("To");
  static final Problem BAD_CALL_ID = bad("Call-ID");
  static final Problem BAD_CSEQ = bad("CSeq");
  static final Problem OTHER_METHOD = new Problem(400, "CSeq Method Differs");
  static final Problem BAD_MAX_FORWARDS = bad("Max-Forwards");
  static final Problem BAD_CONTENT_LENGTH = bad("Content-Length");
  static final Problem SHORT_BODY = new Problem(400, "Content-Length Exceeds Body");

  /** A body on a stream, and nothing says where it ends. */
  public static final Problem NO_LENGTH = new Problem(400, "Missing Content-Length");

  /** On a stream: Content-Length is no number, or there are two. */
  public static final Problem BAD_LENGTH = BAD_CONTENT_LENGTH;

  /** Longer than is accepted. */
  public static final Problem TOO_LARGE = new Problem(513, "Message Too Large");

  /** On a stream: something stands before the message that is none. */
  public static final Problem NOT_SIP = new Problem(400, "Not SIP");

  static Problem bad(String what) {
    return new Problem(400, "Bad " + what);
  }

  static Problem missing(HeaderName name) {
    return new Problem(400, "Missing " + name.text());
  }

  static Problem repeated(HeaderName name) {
    return new Problem(400, "Repeated " + name.text());
  }
}
