// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.edge.Arrival;
import io.fairlead.guard.edge.NetworkEdge;
import io.fairlead.guard.hiding.HidingSettings;
import io.fairlead.guard.trust.AssertedIdentity;
import io.fairlead.guard.trust.NetworkTrust;
import io.fairlead.guard.trust.TrustSettings;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What hiding the inside costs a message that leaves, and putting it back one that comes: all of
 * it, parse and splice and seals. An INVITE that leaves has two Vias, two Record-Routes and a
 * Contact to hide; its answer brings them back; a BYE brings the Contact and the route set back.
 * Owned by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class HidingBenchmark {
  private static final String SDP =
      "v=0\r\no=FreeSWITCH 17 18 IN IP4 10.0.0.1\r\ns=FreeSWITCH\r\nc=IN IP4 203.0.113.10\r\n"
          + "t=0 0\r\nm=audio 20000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";
  private static final String OUTSIDE = "203.0.113.10:5060";

  @Param({"no", "yes"})
  String callId = "no";

  private Flow within = new Outside(null);
  private final Outside wire = new Outside(null);
  private NetworkEdge edge = new NetworkEdge(CookieKeys.of(List.of("a key for the benchmark")));
  private byte[] invite = {};
  private byte[] answer = {};
  private byte[] bye = {};

  /** A flow that keeps what it was given last where asked to. */
  private static final class Outside implements Flow {
    private static final Listener LISTENER =
        new Listener(0, "out", Transports.UDP, CountedFlow.address(5, 5060), OUTSIDE, "outside");

    private final byte @Nullable [] @Nullable [] kept;
    private long bytes;

    Outside(byte @Nullable [] @Nullable [] kept) {
      this.kept = kept;
    }

    @Override
    public Listener listener() {
      return LISTENER;
    }

    @Override
    public InetSocketAddress remote() {
      return CountedFlow.address(10, 5070);
    }

    @Override
    public void send(byte[] message, int from, int to) {
      bytes += to - from;
      if (kept != null) {
        kept[0] = Arrays.copyOfRange(message, from, to);
      }
    }

    @Override
    public boolean open() {
      return true;
    }
  }

  private record Wire(Flow flow) implements OutboundFlows {
    @Override
    public List<Listener> listeners() {
      return List.of(
          Outside.LISTENER,
          new Listener(
              1, "in", Transports.UDP, CountedFlow.address(6, 5060), "10.0.0.10:5060", "inside"));
    }

    @Override
    public Flow flowTo(String transport, InetSocketAddress remote, @Nullable Listener preferred) {
      return flow;
    }
  }

  /** Lets the INVITE leave once, to have what comes back. */
  @Setup
  public void prepare() {
    invite =
        message(
            "INVITE sip:+4930123@198.51.100.9:5060 SIP/2.0",
            SDP,
            "Via: SIP/2.0/UDP " + OUTSIDE + ";rport;branch=z9hG4bKfl0123456789abcdef01234567",
            "Via: SIP/2.0/UDP"
                + " 10.0.0.1:5060;rport=5060;branch=z9hG4bK7Kyjp0m4N3Byj;received=10.0.0.1",
            "Via: SIP/2.0/TCP 10.0.0.2:5061;branch=z9hG4bKbcdef",
            "Max-Forwards: 68",
            "Record-Route: <sip:KAXLOpqa2wUBwAACA3UyAAAAAAA@" + OUTSIDE + ";lr>",
            "Record-Route: <sip:KAXLOpqa2wUBwAACA3UyAAAAAAA@10.0.0.10:5060;lr>",
            "From: \"Bob\" <sip:1000@10.0.0.1>;tag=Ur24aQFj6D9QF",
            "To: <sip:+4930123@10.0.0.10>",
            "Call-ID: 87d4b1d1-5a2c-123d-0aa1-0242ac110002",
            "CSeq: 121 INVITE",
            "Contact: <sip:1000@10.0.0.1:5060;transport=udp>",
            "User-Agent: FreeSWITCH",
            "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER,"
                + " NOTIFY",
            "Supported: timer, path, replaces",
            "X-FS-Support: update_display,send_info",
            "P-Asserted-Identity: \"Bob\" <sip:1000@10.0.0.1>",
            "Content-Type: application/sdp");
    byte[][] kept = new byte[1][];
    Outside flow = new Outside(kept);
    edge.over(
        new Wire(flow),
        new HidingSettings(
            "outside", callId.equals("yes"), List.of("10.0.0.0/8"), List.of("X-FS-*")),
        new TrustSettings(
            Map.of("outside", NetworkTrust.UNTRUSTED),
            AssertedIdentity.UNLESS_PRIVATE,
            new TrustSettings.Headers(
                new TrustSettings.Lines(List.of()), new TrustSettings.Lines(List.of()))));
    edge.flow(flow).send(invite, 0, invite.length);
    within = edge.flow(wire);
    comesBack(new String(kept[0], StandardCharsets.US_ASCII));
    require(answer);
    require(bye);
  }

  private void comesBack(String hidden) {
    String from = line(hidden, "From") + ";x";
    String dialog = line(hidden, "Call-ID") + "\r\nCSeq: 121 ";
    answer =
        message(
            "SIP/2.0 200 OK",
            SDP,
            line(hidden, "Via"),
            line(hidden, "Record-Route"),
            from.substring(0, from.length() - 2),
            line(hidden, "To") + ";tag=2",
            dialog + "INVITE",
            "Contact: <sip:+4930123@198.51.100.9>",
            "Content-Type: application/sdp");
    String contact = line(hidden, "Contact");
    bye =
        message(
            "BYE " + contact.substring(contact.indexOf('<') + 1, contact.indexOf('>')) + " SIP/2.0",
            "",
            "Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKabc",
            "Max-Forwards: 70",
            line(hidden, "Record-Route").replace("Record-Route", "Route"),
            line(hidden, "To").replace("To:", "From:") + ";tag=2",
            line(hidden, "From").replace("From:", "To:"),
            dialog + "BYE");
  }

  private void require(byte[] message) {
    if (edge.incoming(wire, message, 0, message.length) != Arrival.CHANGED) {
      throw new IllegalStateException(new String(message, StandardCharsets.US_ASCII));
    }
  }

  private static String line(String message, String name) {
    return message.lines().filter(each -> each.startsWith(name + ":")).findFirst().orElseThrow();
  }

  private static byte[] message(String start, String body, String... headers) {
    return (start
            + "\r\n"
            + String.join("\r\n", headers)
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** An INVITE of the inside leaves. */
  @Benchmark
  public long hideInvite() {
    within.send(invite, 0, invite.length);
    return wire.bytes;
  }

  /** Its answer comes from outside. */
  @Benchmark
  public int restoreAnswer() {
    edge.incoming(wire, answer, 0, answer.length);
    return edge.read().length();
  }

  /** A request of the dialog comes from outside. */
  @Benchmark
  public int restoreBye() {
    edge.incoming(wire, bye, 0, bye.length);
    return edge.read().length();
  }
}
