// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What forwarding changes in a message, without the parsing: messages are parsed once. Written out
 * each time; {@code copy} changes nothing, so the rest is the price of the edits. Owned by one
 * loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EditBenchmark {
  private static final byte[] VIA = ascii("Via: SIP/2.0/UDP 127.0.0.5:5060;branch=z9hG4bKfl");
  private static final byte[] RECORD_ROUTE = ascii("Record-Route: <sip:127.0.0.5;lr;fl=");
  private static final byte[] TARGET = ascii("sip:9196@127.0.0.31:5060");

  private final SipRequest invite = Samples.request(Samples.INVITE);
  private final SipRequest routed = Samples.request(Samples.ROUTED_INVITE);
  private final SipResponse ok = Samples.response(Samples.OK);
  private final InetSocketAddress source = CountedFlow.address(10, 5070);
  private final Edit edit = new Edit();
  private final SipWriter out = new SipWriter(4096);
  private long branch;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Nothing but the copy. */
  @Benchmark
  public int copy(Blackhole sink) {
    edit.on(invite);
    return written(sink);
  }

  /** Via, Record-Route, Max-Forwards; received and rport in the caller's Via. */
  @Benchmark
  public int forward(Blackhole sink) {
    edit.on(invite);
    hop(invite);
    return written(sink);
  }

  /** The same, and another Request-URI, and the Route that led to us cut. */
  @Benchmark
  public int forwardRouted(Blackhole sink) {
    edit.on(routed);
    edit.replace(routed.uriFrom(), routed.uriTo()).put(TARGET);
    int route = routed.first(HeaderName.ROUTE);
    edit.cut(routed.lineStart(route), routed.lineEnd(route));
    hop(routed);
    return written(sink);
  }

  /** A 200 on its way back: our Via goes. */
  @Benchmark
  public int popVia(Blackhole sink) {
    edit.on(ok);
    Responses.popVia(edit, ok);
    return written(sink);
  }

  private void hop(SipRequest r) {
    int top = r.lineStart(r.via().header());
    edit.insert(top).put(VIA).hex(++branch, 16).hex(branch, 8).line();
    Responses.markVia(edit, r, source);
    int hops = r.first(HeaderName.MAX_FORWARDS);
    edit.replace(r.valueStart(hops), r.valueEnd(hops)).number(r.maxForwards() - 1L);
    edit.insert(top).put(RECORD_ROUTE).hex(branch, 16).put('>').line();
  }

  private int written(Blackhole sink) {
    int length = edit.write(out.clear());
    sink.consume(out.bytes());
    return length;
  }
}
