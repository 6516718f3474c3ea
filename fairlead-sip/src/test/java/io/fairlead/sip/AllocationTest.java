// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done for every message leaves no garbage. */
class AllocationTest {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final byte[] VIA = Splices.bytes("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK");
  private static final byte[] RECORD_ROUTE = Splices.bytes("Record-Route: <sip:192.0.2.1;lr;fl=");
  private static final int MESSAGES = 2000;

  private final SipParser parser = new SipParser();
  private final Edit edit = new Edit();
  private final SipWriter out = new SipWriter(4096);
  private long branch;

  private int forward(byte[] invite, InetSocketAddress source) {
    SipRequest r = (SipRequest) Objects.requireNonNull(parser.parse(invite, 0, invite.length));
    edit.on(r);
    int top = r.lineStart(r.via().header());
    edit.insert(top).put(VIA).hex(++branch, 16).line();
    Responses.markVia(edit, r, source);
    int hops = r.first(HeaderName.MAX_FORWARDS);
    edit.replace(r.valueStart(hops), r.valueEnd(hops)).number(r.maxForwards() - 1L);
    edit.insert(top).put(RECORD_ROUTE).hex(branch, 16).put('>').line();
    return edit.write(out.clear());
  }

  private int back(byte[] ok) {
    SipResponse r = (SipResponse) Objects.requireNonNull(parser.parse(ok, 0, ok.length));
    edit.on(r);
    Responses.popVia(edit, r);
    return edit.write(out.clear());
  }

  // InetAddress gives its bytes only as a copy; the 32 of an IPv6 address are that.
  @ParameterizedTest
  @CsvSource({"192.0.2.99, 0", "2001:db8::99, 32"})
  void forwardingAllocatesNothing(String address, int perMessage) {
    byte[] invite = Splices.bytes(SipParserTest.INVITE);
    byte[] ok =
        Splices.bytes(SipParserTest.INVITE.replaceFirst("INVITE .* SIP/2.0", "SIP/2.0 200 OK"));
    InetSocketAddress source = new InetSocketAddress(Splices.address(address), 5062);
    // The compiler removes what escapes nowhere only in code that has become hot.
    long least = Long.MAX_VALUE;
    long work = 0;
    for (int round = 0; round < 100 && least > (long) perMessage * MESSAGES; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < MESSAGES; i++) {
        work += forward(invite, source) + back(ok);
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(work).isGreaterThan((long) MESSAGES * invite.length);
    assertThat(least)
        .as("bytes per %d messages", MESSAGES)
        .isLessThanOrEqualTo((long) perMessage * MESSAGES);
  }
}
