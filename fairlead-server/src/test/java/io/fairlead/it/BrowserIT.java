// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A browser over secure WebSocket: Chromium with JsSIP. Signalling only. */
@Timeout(240)
class BrowserIT {
  private static final String DOMAIN = "home.test";
  private final Path directory = Program.directory("browsers");
  private final InetSocketAddress secure = Loopback.free();
  private final InetSocketAddress inside = Loopback.free();
  private final Authority.Certificate certificate =
      new Authority().issue("DNS:" + TestTransport.DOMAIN);

  @Test
  void registersAndCallsAndIsCalled() {
    try (Sipp backend = Sipp.play("backend-call").sdp(sdp("active")).start();
        Browser browser = new Browser();
        FairleadProcess fairlead =
            FairleadProcess.run(
                config(browser.origin(), TestTransport.UDP.uri(backend.address())))) {
      browser.open(secure, certificate.keyHash(), "alice@" + DOMAIN, "secret");
      browser.says("registered", 1);

      browser.orders("call sip:1000@" + DOMAIN);
      browser.says("confirmed outgoing", 1);
      browser.orders("hangup");
      browser.says("ended by local", 1);
      backend.succeeds();
      assertThat(backend.message("INVITE "))
          .contains("SIP/2.0/WSS ", ".invalid;", ";transport=wss;lr>");

      Sipp.Script script =
          Sipp.play("caller-calls-user")
              .with("aor", "alice@" + DOMAIN)
              .sdp(sdp("actpass"))
              .to(inside)
              .rate(1, Duration.ofMillis(300));
      try (Sipp caller = script.start()) {
        caller.succeeds();
      }
      browser.says("confirmed incoming", 1);
      browser.says("ended by remote", 1);

      browser.orders("unregister");
      browser.says("unregistered", 1);
      assertThat(fairlead.log()).doesNotContain("level=error");
    }
  }

  @Test
  void refusesPageOfAnotherOriginAndWrongPassword() {
    try (Browser browser = new Browser();
        FairleadProcess fairlead =
            FairleadProcess.run(config(browser.origin(), "sip:127.0.0.1:9"));
        Browser other = new Browser()) {
      browser.open(secure, certificate.keyHash(), "alice@" + DOMAIN, "guessed");
      other.open(secure, certificate.keyHash(), "alice@" + DOMAIN, "secret");
      browser.says("refused 403", 1);
      other.says("disconnected 1006", 1);
      assertThat(other.said()).doesNotContain("connected", "registered");
      assertThat(fairlead.log()).doesNotContain("level=error");
    }
  }

  // What a browser takes for an answer or an offer, though nobody is there.
  private static String sdp(String setup) {
    return """
    v=0
    o=- 1 1 IN IP4 127.0.0.1
    s=-
    t=0 0
    a=group:BUNDLE 0
    m=audio 9 UDP/TLS/RTP/SAVPF 111
    c=IN IP4 0.0.0.0
    a=mid:0
    a=sendrecv
    a=rtcp-mux
    a=rtpmap:111 opus/48000/2
    a=setup:%s
    a=ice-ufrag:none
    a=ice-pwd:nobodynobodynobodynobody
    a=fingerprint:sha-256 %s
    """
        .formatted(setup, "AB:".repeat(31) + "AB");
  }

  private String config(String origin, String backend) {
    try {
      Files.writeString(directory.resolve("users.yaml"), "alice: secret\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return """
    listeners:
      - bind: wss://%s
        tls: %s
        websocket: { path: /sip, origins: [ "%s" ] }
      - udp://%s
    registrars:
      phones:
        domains: [ %s ]
        users: { file: %s }
    routes:
      - match: { method: REGISTER }
        registrar: phones
      - match: { location: phones }
        to-location: phones
      - to: farm
    pools:
      farm: { health: off, backends: [ %s ] }
    state-dir: %s
    """
        .formatted(
            Loopback.text(secure),
            Authority.Certificate.tls("", certificate),
            origin,
            Loopback.text(inside),
            DOMAIN,
            directory.resolve("users.yaml"),
            backend,
            directory.resolve("state"));
  }
}
