// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A phone that registers and computes its own answers. Owned by one test. */
final class Phone {
  String user = "alice";
  String username = "alice";
  String domain = "example.com";
  String realm = "example.com";
  String password = "secret";
  String uri = "sip:example.com";
  String cnonce = "0a4f113b";
  String qop = "auth";
  String nonce = "";
  DigestAlgorithm algorithm = DigestAlgorithm.MD5;
  int count = 1;
  int cseq = 1;

  /** Takes the nonce of a challenge. */
  Phone challenged(AuthResult result) {
    nonce = nonce(((AuthResult.Challenge) result).headers());
    count = 1;
    return this;
  }

  static String nonce(String headers) {
    return Pattern.compile("nonce=\"([^\"]*)\"")
        .matcher(headers)
        .results()
        .map((MatchResult r) -> r.group(1))
        .findFirst()
        .orElseThrow();
  }

  static String hash(DigestAlgorithm algorithm, String text) {
    return HexFormat.of().formatHex(algorithm.digest().digest(text.getBytes(UTF_8)));
  }

  String response() {
    String ha1 = hash(algorithm, username + ":" + realm + ":" + password);
    String ha2 = hash(algorithm, "REGISTER:" + uri);
    String middle = qop.isEmpty() ? "" : nc() + ":" + cnonce + ":" + qop + ":";
    return hash(algorithm, ha1 + ":" + nonce + ":" + middle + ha2);
  }

  String nc() {
    return "%08x".formatted(count);
  }

  /** The header's value. */
  String answer() {
    String counted =
        qop.isEmpty() ? "" : ", qop=" + qop + ", nc=" + nc() + ", cnonce=\"" + cnonce + "\"";
    return "Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=%s%s"
        .formatted(username, realm, nonce, uri, response(), algorithm.text(), counted);
  }

  /** A REGISTER with the answer. */
  SipRequest register() {
    return register("Authorization: " + answer() + "\r\n");
  }

  /** A REGISTER with such header lines. */
  SipRequest register(String lines) {
    String text =
        "REGISTER sip:%2$s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%3$d\r\nFrom: <sip:%1$s@%2$s>;tag=1\r\nTo: <sip:%1$s@%2$s>\r\nCall-ID: 1\r\nCSeq: %3$d REGISTER\r\nMax-Forwards: 70\r\n%4$sContent-Length: 0\r\n\r\n"
            .formatted(user, domain, cseq++, lines);
    byte[] bytes = text.getBytes(UTF_8);
    SipRequest request =
        (SipRequest) Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
    if (request.problem() != null) {
      throw new AssertionError(request.problem() + " in " + text);
    }
    return request;
  }
}
