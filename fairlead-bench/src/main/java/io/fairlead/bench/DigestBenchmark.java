// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.config.ChosenPlugin;
import io.fairlead.config.ConfigBinder;
import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.OffenceListener;
import io.fairlead.observe.Meters;
import io.fairlead.registrar.auth.AuthResult;
import io.fairlead.registrar.auth.AuthSettings;
import io.fairlead.registrar.auth.Authenticator;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.registrar.users.Credentials;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.registrar.users.UserLookupResult;
import io.fairlead.registrar.users.UserQuery;
import io.fairlead.registrar.users.UserSource;
import io.fairlead.registrar.users.UserTools;
import io.fairlead.sip.SipRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * What one REGISTER costs to authenticate: the challenge, and the check of an answer. The answer is
 * a retransmission each time, which takes the same steps as a new one. Owned by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DigestBenchmark {
  private static final UserQuery ALICE =
      new UserQuery("alice", "sip.example.com", "sip.example.com", false);
  private static final UserLookupResult FOUND =
      new UserLookupResult.Found(Credentials.ofPassword(ALICE, "secret"));
  private static final String REGISTER =
      """
      REGISTER sip:sip.example.com SIP/2.0
      Via: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK-12345-1-0;rport
      From: "Alice" <sip:alice@sip.example.com>;tag=12345SIPpTag001
      To: "Alice" <sip:alice@sip.example.com>
      Call-ID: 1-12345@192.168.1.20
      CSeq: 2 REGISTER
      Contact: <sip:alice@192.168.1.20:5060>;+sip.instance="<urn:uuid:0>"
      Max-Forwards: 70
      Expires: 300
      User-Agent: phone
      Content-Length: 0

      """;

  @Param({"MD5", "SHA_256"})
  private DigestAlgorithm algorithm = DigestAlgorithm.MD5;

  private final CountedFlow flow = new CountedFlow(10, 5070);
  private final SipRequest first = request("");
  private SipRequest answered = first;
  private Authenticator authenticator = authenticator();

  private static final class Alice implements UserSource {
    @Override
    public UserLookupResult find(UserQuery account) {
      return FOUND;
    }

    @Override
    public boolean immediate() {
      return true;
    }

    @Override
    public void close() {}
  }

  private static Authenticator authenticator() {
    Plugin<NoSettings, UserTools, UserSource> kind =
        new Plugin<>("alice", "One user.", NoSettings.class, (settings, tools) -> new Alice());
    RegistrarAuthentication all =
        new RegistrarAuthentication(
            "bench",
            ConfigBinder.defaults(AuthSettings.class),
            new ChosenPlugin<>(kind, new NoSettings()),
            CookieKeys.of(List.of("a key of some length")),
            new Meters());
    return all.on(new StillLoop(), OffenceListener.NONE);
  }

  private static SipRequest request(String authorization) {
    return Samples.request(
        REGISTER
            .replace("Content-Length", authorization + "Content-Length")
            .replace("\n", "\r\n")
            .getBytes(US_ASCII));
  }

  /** Has the phone answer a challenge; anew for each iteration, since retransmissions end. */
  @Setup(org.openjdk.jmh.annotations.Level.Iteration)
  public void answer() {
    authenticator = authenticator();
    String headers = ((AuthResult.Challenge) authenticator.now(flow, first)).headers();
    String nonce = headers.replaceFirst("(?s).*?nonce=\"([0-9a-f]*)\".*", "$1");
    String ha1 = hash("alice:sip.example.com:secret");
    String ha2 = hash("REGISTER:sip:sip.example.com");
    String response = hash(ha1 + ":" + nonce + ":00000001:0a4f113b:auth:" + ha2);
    answered =
        request(
            "Authorization: Digest username=\"alice\", realm=\"sip.example.com\", nonce=\"%s\", uri=\"sip:sip.example.com\", response=\"%s\", algorithm=%s, qop=auth, nc=00000001, cnonce=\"0a4f113b\"\n"
                .formatted(nonce, response, algorithm.text()));
    if (!(verify() instanceof AuthResult.Granted)) {
      throw new IllegalStateException("the answer is wrong");
    }
  }

  private String hash(String text) {
    return HexFormat.of().formatHex(algorithm.digest().digest(text.getBytes(US_ASCII)));
  }

  @Benchmark
  public AuthResult challenge() {
    return authenticator.now(flow, first);
  }

  @Benchmark
  public AuthResult verify() {
    return authenticator.now(flow, answered);
  }
}
