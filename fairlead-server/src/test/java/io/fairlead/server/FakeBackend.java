// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.net.InetSocketAddress;

/**
 * A backend of the virtual network; at first it takes every call after 50 ms. Owned by the test's
 * thread.
 */
final class FakeBackend extends FakeAgent {
  FakeBackend(VirtualNet net, InetSocketAddress address) {
    super(net, address);
    user = "bob";
    takes();
  }

  /** Trying, ringing, answer. */
  void takes() {
    script =
        in -> {
          if (in.request.method().equals("INVITE")) {
            in.answer(100).answerAfter(10, 180).answerAfter(50, 200);
          } else {
            in.answer(200);
          }
        };
  }

  /** The same, but it answers no OPTIONS. */
  void takesCallsOnly() {
    takes();
    Script calls = script;
    script =
        in -> {
          if (!in.request.method().equals("OPTIONS")) {
            calls.on(in);
          }
        };
  }

  /** Trying and ringing, no more. */
  void rings() {
    script = in -> in.answer(100).answerAfter(10, 180);
  }

  /** This final answer, at once. */
  void says(int status, String... headers) {
    script = in -> in.answer(status, headers);
  }

  /** Nothing at all. */
  void silent() {
    script = in -> {};
  }
}
