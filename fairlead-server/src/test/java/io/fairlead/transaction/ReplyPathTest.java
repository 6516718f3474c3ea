// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.Via;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.CapturedOutboundFlows;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyPathTest {
  private final CapturedOutboundFlows wire = new CapturedOutboundFlows();
  private final ReplyPath path = new ReplyPath(wire);

  private static Via via(String value) {
    return request(value).via();
  }

  private static SipRequest request(String value) {
    byte[] bytes =
        ("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/"
                + value
                + ";branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: 1\r\n"
                + "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    return (SipRequest) Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  private static CapturedFlow closed(Transport by) {
    CapturedFlow flow =
        new CapturedFlow(CapturedFlow.listener(1, by), new InetSocketAddress("192.0.2.7", 40_000));
    flow.close();
    return flow;
  }

  @Test
  void connectsAgainToAPeerThatListens() {
    Flow back = path.of(closed(Transports.TCP), via("TCP 192.0.2.7:5070"));

    assertThat(back.remote()).isEqualTo(new InetSocketAddress("192.0.2.7", 5070));
    assertThat(wire.flows()).hasSize(1);
  }

  @Test
  void doesNotConnectToABrowser() {
    CapturedFlow gone = closed(Transports.WS);

    assertThat(path.of(gone, via("WS x7k2.invalid"))).isSameAs(gone);
    assertThat(wire.flows()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "tcp, 192.0.2.7:5070;alias, 5070",
    "tcp, 192.0.2.7;Alias, 5060",
    "tcp, 192.0.2.7:5070, 0",
    "tcp, 192.0.2.8:5070;alias, 0",
    "tcp, pbx.example.com:5070;alias, 0",
    "tls, pbx.example.com;alias, 5061",
    "tls, 192.0.2.7:5071;alias, 5071",
    "udp, 192.0.2.7:5070;alias, 0"
  })
  void takesUpAnOfferForTheAddressItComesFromOrForANameOverTls(
      String transport, String rest, int port) {
    CapturedFlow flow =
        new CapturedFlow(
            CapturedFlow.listener(1, Transports.byName(transport)),
            new InetSocketAddress("192.0.2.7", 40_000));

    ReplyPath.alias(flow, request("TCP " + rest));

    assertThat(flow.alias()).isEqualTo(port);
  }
}
