// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import java.util.random.RandomGenerator;

/** The text of what attackers send. Owned by one thread. */
final class AttackRequest {
  private final String transport;
  private final String domain;
  private final RandomGenerator random;
  private int cseq;

  /**
   * @param transport the word in Via
   */
  AttackRequest(String transport, String domain, RandomGenerator random) {
    this.transport = transport;
    this.domain = domain;
    this.random = random;
  }

  /** An OPTIONS that asks whether there is such a user. */
  String options(String user, String agent) {
    return text("OPTIONS", "sip:" + user + "@" + domain, user, "User-Agent: " + agent + "\r\n");
  }

  /**
   * A REGISTER.
   *
   * @param authorization a header line with its end, or empty
   */
  String register(String user, String authorization) {
    return text("REGISTER", "sip:" + domain, user, authorization);
  }

  private String text(String method, String uri, String user, String lines) {
    cseq++;
    String id = Long.toHexString(random.nextLong());
    return """
    %1$s %2$s SIP/2.0
    Via: SIP/2.0/%3$s 192.168.9.9:5060;rport;branch=z9hG4bK-%4$s
    Max-Forwards: 70
    From: <sip:%5$s@%6$s>;tag=%4$s
    To: <sip:%5$s@%6$s>
    Call-ID: %4$s
    CSeq: %7$d %1$s
    Contact: <sip:%5$s@192.168.9.9:5060>
    %8$sContent-Length: 0

    """
        .replace("\n", "\r\n")
        .formatted(method, uri, transport, id, user, domain, cseq, lines);
  }
}
