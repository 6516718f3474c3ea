// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.route.Route;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request that begins something: of its call, or where there is none of its
 * record; and in the counts of its route.
 *
 * <p>Owned by one loop.
 */
final class InitialOutcome {
  private final ProxyTools tools;
  private final @Nullable Route route;
  private final CallRecord record;
  private final @Nullable Call call;

  /**
   * @param route whose counts it is in; null for none
   * @param call the call it begins; null for other methods than INVITE
   */
  InitialOutcome(ProxyTools tools, @Nullable Route route, CallRecord record, @Nullable Call call) {
    this.tools = tools;
    this.route = route;
    this.record = record;
    this.call = call;
  }

  /** It has been accepted: a call lives from now on, everything else is done. */
  void succeeded(SipResponse response) {
    if (call != null) {
      call.answered(response, SecondsHeader.of(response, HeaderName.SESSION_EXPIRES));
    } else {
      log(response.status(), RefusalCause.NONE);
    }
    tools.log().outcome(route, response.status(), RefusalCause.NONE);
  }

  /**
   * It has failed.
   *
   * @param status what the caller was told; 0 for nothing
   */
  void failed(int status, RefusalCause cause) {
    if (call != null) {
      call.failed(status, cause);
    } else {
      log(status, cause);
    }
    tools.log().outcome(route, status, cause);
  }

  /**
   * A step threw.
   *
   * @param over the outcome is written already
   */
  void onDefect(boolean over) {
    if (call != null) {
      call.onDefect();
    } else if (!over) {
      log(RefusalCause.INTERNAL.status(), RefusalCause.INTERNAL);
    }
    tools.log().outcome(route, RefusalCause.INTERNAL.status(), RefusalCause.INTERNAL);
  }

  private void log(int status, RefusalCause cause) {
    tools.log().write(record.answered(status, tools.nowNs()).cause(cause));
  }
}
