// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/** A request (RFC 3261 §7.1). Owned by one loop. */
public final class SipRequest extends SipMessage {
  /** What {@link #maxForwards()} gives when the header is absent. */
  public static final int NO_MAX_FORWARDS = -1;

  Method method = Method.OTHER;
  int methodEnd;
  int uriFrom;
  int uriTo;
  int maxForwards = NO_MAX_FORWARDS;
  final SipUri uri = new SipUri();

  SipRequest(long[] index) {
    super(index);
  }

  /** The method; {@link Method#OTHER} for one not known by name. */
  public Method method() {
    return method;
  }

  /** The method as written. */
  public String methodText() {
    return method == Method.OTHER ? Ascii.text(bytes, start, start + methodEnd) : method.name();
  }

  /** Behind the method token, which begins at {@link #start()}. */
  public int methodEnd() {
    return start + methodEnd;
  }

  /** The request-URI, parsed. */
  public SipUri uri() {
    return uri;
  }

  /** Where the request-URI begins. */
  public int uriFrom() {
    return start + uriFrom;
  }

  /** Where the request-URI ends. */
  public int uriTo() {
    return start + uriTo;
  }

  /** 0 to 255, or {@link #NO_MAX_FORWARDS}. */
  public int maxForwards() {
    return maxForwards;
  }

  @Override
  public SipRequest keep() {
    SipRequest copy = new SipRequest(usedIndex());
    copyTo(copy);
    copy.method = method;
    copy.methodEnd = methodEnd;
    copy.uriFrom = uriFrom;
    copy.uriTo = uriTo;
    copy.maxForwards = maxForwards;
    copy.uri.parse(copy.bytes, uriFrom, uriTo);
    return copy;
  }
}
