// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.config.ByteSize;
import io.fairlead.guard.Offence;
import io.fairlead.guard.gate.sanity.SanitySettings;
import io.fairlead.loop.ManualLoop;
import io.fairlead.net.Cidr;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meters;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.SourceVerdict;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A gate in a world of its own. Owned by the test's thread. */
final class Gates {
  static final String TRUNK = "198.51.100.1";

  final ManualLoop loop = new ManualLoop();
  final Meters meters = new Meters();
  final List<Offence> offences = new ArrayList<>();
  final Gate gate;
  final RequestGate requests;
  long banned;

  Gates(GateSettings settings) {
    gate =
        new Gate(
            settings,
            meters,
            source -> source == banned,
            (flow, offence, proven) -> offences.add(offence));
    requests = gate.onLoop(loop);
  }

  static GateSettings settings(
      @Nullable String flood, FloodExemption exempt, Map<Method, MethodRateSettings> rates) {
    return new GateSettings(
        List.of(Cidr.parse("198.51.100.0/28")),
        List.of(Cidr.parse("198.51.0.0/16"), Cidr.parse("2001:db8:bad::/48")),
        flood == null ? null : new FloodSettings(MessageRate.parse(flood), exempt),
        new MalformedSettings(MessageRate.parse("10/10s")),
        new ScannerSettings(
            List.of("friendly-scanner"), List.of("badtool"), 20, Duration.ofMinutes(1)),
        rates,
        new SanitySettings(List.of(), List.of(), 32, 128, ByteSize.parse("32k")),
        List.of("112"),
        new GateLimits(1024, 1024, Duration.ofHours(1), MessageRate.parse("20/s")));
  }

  static Gates flooded(String rate, FloodExemption exempt) {
    return new Gates(settings(rate, exempt, Map.of()));
  }

  static Gates rated(String rate) {
    MethodRateSettings invites =
        new MethodRateSettings(
            MessageRate.parse(rate), DropAlgorithm.TAILDROP, Duration.ofSeconds(7));
    return new Gates(settings(null, FloodExemption.REGISTERED, Map.of(Method.INVITE, invites)));
  }

  static long key(String address) {
    return SourceKey.of(InetAddress.ofLiteral(address));
  }

  SourceVerdict hear(String address) {
    return hear(address, false);
  }

  SourceVerdict hear(String address, boolean connected) {
    InetAddress from = InetAddress.ofLiteral(address);
    return gate.message(SourceKey.upper(from), SourceKey.lower(from), connected, loop.nowNs());
  }

  /** How many of so many messages at once are heard. */
  int heard(String address, int messages) {
    int heard = 0;
    for (int i = 0; i < messages; i++) {
      heard += hear(address) == SourceVerdict.HEARD ? 1 : 0;
    }
    return heard;
  }

  static CapturedFlow from(String address) {
    return CapturedFlow.udp(address, 5060);
  }

  static SipRequest request(String method, String uri, int number, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + uri + " SIP/2.0\r\n");
    text.append("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK").append(number).append("\r\n");
    text.append("Max-Forwards: 70\r\nFrom: <sip:alice@example.org>;tag=1\r\n");
    text.append("To: <").append(uri).append(">\r\nCall-ID: c").append(number);
    text.append("\r\nCSeq: 1 ").append(method).append("\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    byte[] bytes =
        text.append("Content-Length: 0\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
    return (SipRequest)
        Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length)).keep();
  }

  static SipRequest invite(int number) {
    return request("INVITE", "sip:bob@example.com", number);
  }
}
