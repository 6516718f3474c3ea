// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.sip.SipProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps all that the transport says, for tests on other threads. */
final class Recorder implements FlowListener {
  record Event(String what, Flow flow, String text, String why) {}

  final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  @Override
  public void onMessage(Flow flow, byte[] bytes, int from, int to) {
    events.add(new Event("message", flow, text(bytes, from, to), ""));
  }

  @Override
  public void onBroken(Flow flow, byte[] bytes, int from, int to, SipProblem problem) {
    events.add(new Event("broken", flow, text(bytes, from, to), problem.reason()));
  }

  @Override
  public void onUndeliverable(Flow flow, byte[] bytes, int from, int to, String why) {
    events.add(new Event("undeliverable", flow, text(bytes, from, to), why));
  }

  @Override
  public void onClosed(Flow flow, String why) {
    events.add(new Event("closed", flow, "", why));
  }

  /** The next event, which must come soon. */
  Event next() throws InterruptedException {
    Event event = events.poll(10, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing happened");
    }
    return event;
  }

  /** The next events. */
  List<Event> next(int count) throws InterruptedException {
    List<Event> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(next());
    }
    return some;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
