// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.guard.Offence;
import io.fairlead.guard.OffenceListener;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.List;

/** What was said of sources, in words. Owned by one test. */
public final class SeenOffences implements OffenceListener {
  /** One line each. */
  public final List<String> seen = new ArrayList<>();

  @Override
  public void offence(Flow flow, Offence offence, boolean proven) {
    seen.add(source(flow) + " " + offence + (proven ? " proven" : " unproven"));
  }

  @Override
  public void proved(Flow flow) {
    seen.add(source(flow) + " proved");
  }

  private static String source(Flow flow) {
    return flow.remote().getAddress().getHostAddress();
  }
}
