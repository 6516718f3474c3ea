// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

/**
 * Why Fairlead itself ended or refused something: status, reason phrase, response flag of the log
 * line and meter label in one place. Immutable.
 */
public enum RefusalCause {
  NONE("-", 0, "", "answered by the backend"),
  NO_HEALTHY_BACKEND("UH", 503, "Service Unavailable", "no backend of the pool can take the call"),
  TRANSPORT_FAILURE("UF", 503, "Service Unavailable", "the backend could not be reached"),
  TRY_TIMEOUT("UT", 503, "Service Unavailable", "no backend answered within try-timeout"),
  OVERFLOW("UO", 503, "Service Unavailable", "every backend is full"),
  ROOM_FULL("OF", 486, "Busy Here", "the one backend that has its room or queue is full"),
  ROOM_DOWN("OD", 503, "Service Unavailable", "the one backend that has its room or queue is down"),
  NO_ROUTE("NR", 404, "Not Found", "no route matches"),
  REJECTED("RJ", 403, "Forbidden", "a route rejects it"),
  LOOP("LO", 482, "Loop Detected", "the request came back to us unchanged"),
  TOO_MANY_HOPS("MH", 483, "Too Many Hops", "Max-Forwards reached zero"),
  BAD_EXTENSION("PR", 420, "Bad Extension", "Proxy-Require names an extension we do not have"),
  BAD_SCHEME("BS", 416, "Unsupported URI Scheme", "the request-URI is not sip or sips"),
  BAD_REQUEST("BR", 400, "Bad Request", "the message breaks the grammar"),
  BAD_VERSION("BV", 505, "Version Not Supported", "the SIP version is not 2.0"),
  NO_DIALOG("ND", 481, "Call/Transaction Does Not Exist", "claims a dialog we cannot route"),
  FOREIGN_ROUTE("FR", 403, "Forbidden", "a routing cookie or flow token is not ours"),
  NO_PRIVACY(
      "PV", 500, "Privacy Not Available", "asks for privacy, critically, that we cannot give"),
  FLOW_FAILED("FF", 430, "Flow Failed", "the flow that a Route names is gone"),
  UNAVAILABLE("UV", 480, "Temporarily Unavailable", "the user has no binding that can be reached"),
  SIPS_NOT_ALLOWED("SN", 480, "Temporarily Unavailable", "sips, and no way over TLS leads there"),
  CALLER_CANCELLED("CC", 487, "Request Terminated", "the caller gave up"),
  RING_TIMEOUT("RT", 408, "Request Timeout", "no final answer within timer C or ring-time"),
  CALL_REAPED("CR", 0, "", "nobody ended the call: its session expired or it reached max-duration"),
  WRONG_DOMAIN("WD", 404, "Not Found", "the registrar does not serve the domain in To"),
  REQUIRED_EXTENSION("RX", 420, "Bad Extension", "REGISTER requires an extension we do not have"),
  BAD_REGISTRATION("BG", 400, "Bad Request", "a REGISTER that breaks the rules"),
  UNAUTHORIZED("UN", 401, "Unauthorized", "the user was asked for the password"),
  WRONG_USER("WU", 403, "Forbidden", "unknown user, wrong password or somebody else's address"),
  NO_USERS("NU", 500, "Server Internal Error", "the source of users does not answer"),
  FORGED_PATH("FP", 403, "Forbidden", "Path names us with a token that we did not seal"),
  TOO_BRIEF("TB", 423, "Interval Too Brief", "asked for less than the shortest expiry"),
  TOO_MANY_CONTACTS("TC", 403, "Too Many Contacts", "more bindings than max-contacts"),
  NO_OUTBOUND("NO", 439, "First Hop Lacks Outbound Support", "a proxy before us lacks outbound"),
  OUT_OF_ORDER("OO", 500, "CSeq Out Of Order", "a REGISTER older than the binding it changes"),
  TABLE_FULL("TF", 503, "Service Unavailable", "no more bindings can be held"),
  NO_MEDIA_PORTS("MP", 503, "Service Unavailable", "no ports for media are left on a network"),
  NO_MEDIA_ENGINE("NM", 503, "Service Unavailable", "no media engine could take the call's media"),
  MEDIA_ENGINE_LOST("ME", 488, "Not Acceptable Here", "the media engine of the call is gone"),
  TOO_MANY_STREAMS("MM", 488, "Not Acceptable Here", "more m= lines than max-streams"),
  SRTP_REFUSED(
      "KX",
      488,
      "Not Acceptable Here",
      "no SRTP, or none, can be had as the media profile wants it"),
  MEDIA_SILENT("MS", 0, "", "no media came for longer than the relay's timeout"),
  OFFER_PENDING("OP", 491, "Request Pending", "an offer while another one waits for its answer"),
  CROWDED("CW", 500, "Server Internal Error", "too much of its dialog waits for a filter"),
  RATE_LIMITED("RL", 503, "Service Unavailable", "more requests of its method than guard.rates"),
  INSANE("SA", 400, "Bad Request", "breaks a rule of guard.sanity"),
  TOO_LARGE("TL", 513, "Message Too Large", "a header line longer than guard.sanity allows"),
  SCANNER("SC", 0, "", "comes from a scanner"),
  LIMIT("LX", 486, "Busy Here", "a limit of the guard is reached"),
  USE_IDENTITY("UI", 428, "Use Identity Header", "a call without the Identity that is asked for"),
  BAD_IDENTITY_INFO(
      "BI", 436, "Bad Identity Info", "the certificate of an Identity is out of reach"),
  UNSUPPORTED_CREDENTIAL(
      "UC", 437, "Unsupported Credential", "the certificate of an Identity does not count here"),
  INVALID_IDENTITY("II", 438, "Invalid Identity Header", "an Identity that is not of this call"),
  STALE_DATE("ST", 403, "Stale Date", "an Identity of another time"),
  OVERLOADED("OL", 503, "Service Unavailable", "Fairlead has more to do than it can"),
  BACKENDS_OVERLOADED("OB", 503, "Service Unavailable", "the backends ask for fewer calls"),
  SHUTTING_DOWN("SD", 503, "Service Unavailable", "Fairlead is ending"),
  INTERNAL("IE", 500, "Server Internal Error", "a defect of Fairlead");

  private final String flag;
  private final int status;
  private final String reason;
  private final String doc;

  RefusalCause(String flag, int status, String reason, String doc) {
    this.flag = flag;
    this.status = status;
    this.reason = reason;
    this.doc = doc;
  }

  /** Two letters for the log line and the meter's label. */
  public String flag() {
    return flag;
  }

  /** The status code answered, 0 when nothing is answered. */
  public int status() {
    return status;
  }

  /** The reason phrase answered. */
  public String reason() {
    return reason;
  }

  /** What it means, for the reference page. */
  public String doc() {
    return doc;
  }
}
