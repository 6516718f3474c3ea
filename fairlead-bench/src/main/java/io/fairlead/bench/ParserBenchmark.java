// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.StringMsgParser;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.pkts.buffer.Buffers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An INVITE with a session description: parsed, and parsed and forwarded, beside two other Java
 * parsers. The rivals are asked for the same headers that Fairlead always decodes, since they put
 * that off. Owned by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ParserBenchmark {
  private static final byte[] INVITE = Samples.INVITE;
  private static final byte[] VIA =
      "Via: SIP/2.0/UDP 127.0.0.5:5060;branch=z9hG4bK".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RECORD_ROUTE =
      "Record-Route: <sip:127.0.0.5;lr;fl=".getBytes(StandardCharsets.US_ASCII);

  private final SipParser parser = new SipParser();
  private final Edit edit = new Edit();
  private final SipWriter out = new SipWriter(4096);
  private final StringMsgParser jain = new StringMsgParser();
  private final InetSocketAddress source = new InetSocketAddress(address(), 5070);
  private long branch;

  private static InetAddress address() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 10});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Benchmark
  public @Nullable SipMessage parse() {
    return parser.parse(INVITE, 0, INVITE.length);
  }

  @Benchmark
  public int parseAndForward() {
    SipRequest r = (SipRequest) Objects.requireNonNull(parser.parse(INVITE, 0, INVITE.length));
    edit.on(r);
    int top = r.lineStart(r.via().header());
    edit.insert(top).put(VIA).hex(++branch, 16).line();
    Responses.markVia(edit, r, source);
    int hops = r.first(HeaderName.MAX_FORWARDS);
    edit.replace(r.valueStart(hops), r.valueEnd(hops)).number(r.maxForwards() - 1L);
    edit.insert(top).put(RECORD_ROUTE).hex(branch, 16).put('>').line();
    return edit.write(out.clear());
  }

  @Benchmark
  public SIPMessage jainSipParse() throws ParseException {
    return jain.parseSIPMessage(INVITE.clone(), true, false, null);
  }

  @Benchmark
  public int pktsParse() throws IOException {
    io.pkts.packet.sip.SipMessage m = io.pkts.packet.sip.SipMessage.frame(Buffers.wrap(INVITE));
    return m.getViaHeader().getPort()
        + m.getFromHeader().getTag().capacity()
        + m.getToHeader().getAddress().hashCode()
        + m.getCallIDHeader().getCallId().capacity()
        + (int) m.getCSeqHeader().getSeqNumber()
        + m.getMaxForwards().getMaxForwards();
  }
}
