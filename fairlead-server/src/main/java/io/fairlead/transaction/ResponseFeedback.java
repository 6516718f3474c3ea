// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import org.jspecify.annotations.Nullable;

/** Says something of ourselves to a client, in the responses it gets. Owned by one loop. */
public interface ResponseFeedback {
  /** Says nothing. */
  ResponseFeedback NONE = (request, bytes, from, to) -> null;

  /**
   * A response is about to be sent for the first time.
   *
   * @param request what it answers
   * @return the response as it is to be sent, valid until the next call; null to leave it
   */
  @Nullable SipWriter changed(SipRequest request, byte[] bytes, int from, int to);
}
