// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/** A response (RFC 3261 §7.2). Owned by one loop. */
public final class SipResponse extends SipMessage {
  int status;
  int reasonFrom;
  int reasonTo;

  SipResponse(long[] index) {
    super(index);
  }

  /** The status code, 100 to 699. */
  public int status() {
    return status;
  }

  /** True for 1xx. */
  public boolean isProvisional() {
    return status < 200;
  }

  /** True for 2xx. */
  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** The reason phrase. */
  public String reason() {
    return Ascii.text(bytes, start + reasonFrom, start + reasonTo);
  }

  @Override
  public SipResponse keep() {
    SipResponse copy = new SipResponse(usedIndex());
    copyTo(copy);
    copy.status = status;
    copy.reasonFrom = reasonFrom;
    copy.reasonTo = reasonTo;
    return copy;
  }
}
