// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViaTest {
  static final List<String> VALUES =
      List.of(
          "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport;received=10.0.0.1, SIP/2.0/TCP h",
          "SIP  / 2.0\r\n / UDP [2001:db8::1] : 5060 ; maddr=1.2.3.4 ;x=\"y\\\"\" ;received=[::1]",
          "SIP/2.0/TLS h;RPORT=5");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SIP/2.0/UDP h                             | UDP | h | -1   |  |  | false",
        "sip/2.0/udp h                             | udp | h | -1   |  |  | false",
        "SIP/2.0/TLS-SCTP h:5061;branch=z9hG4bK1   | TLS-SCTP | h | 5061 | z9hG4bK1 | | true",
        "SIP / 2.0 / UDP~ h : 5060 ; branch = Z9HG4BKx | UDP | h | 5060 | Z9HG4BKx | | true",
        "SIP/2.0/UDP [2001:db8::1]:5;branch=z9hG4bK | UDP | [2001:db8::1] | 5 | z9hG4bK | | false",
        "SIP/2.0/UDP h;received=1.2.3.4;branch=a   | UDP | h | -1   | a | 1.2.3.4 | false",
        "SIP/2.0/UDP h;received=::1                | UDP | h | -1   |   | ::1 | false",
        "SIP/2.0/UDP h;received=[::1]              | UDP | h | -1   |   | ::1 | false",
        "SIP/2.0/UDP h;branch=z9hG4bK+a==;x        | UDP | h | -1   | z9hG4bK+a== | | true",
        "SIP/2.0/UDP h;mybranch=1;branchx=2        | UDP | h | -1   |   | | false",
        "SIP/2.0/UDP h;hidden;ttl=1;x=\";branch=2\" | UDP | h | -1  |   | | false",
        "SIP/7.0/UDP h                             | UDP | h | -1   |   | | false",
        "SIP/2.0/UDP h,                            | UDP | h | -1   |   | | false",
      })
  void readsTheParts(
      String text,
      String transport,
      String host,
      int port,
      String branch,
      String received,
      boolean unique) {
    byte[] bytes = Splices.bytes(text.replace("~", "\r\n"));
    Via via = new Via();
    assertThat(via.parse(bytes, 0, bytes.length)).isTrue();
    assertThat(via.transport()).isEqualTo(transport);
    assertThat(via.host()).isEqualTo(host);
    assertThat(via.port()).isEqualTo(port);
    String found =
        via.branchFrom() < 0 ? null : Splices.text(bytes, via.branchFrom(), via.branchTo());
    assertThat(found).isEqualTo(branch);
    assertThat(via.received()).isEqualTo(received == null ? "" : received);
    assertThat(via.hasUniqueBranch()).isEqualTo(unique);
    assertThat(via.isDoubtful()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "h, false, -1",
    "h;rport, true, -1",
    "h;RPort=, true, -1",
    "h;rport=5060, true, 5060",
    "h;rport = 7, true, 7",
    "h;rport=70000, true, -1",
    "h;rport=x, true, -1",
    "h;xrport=5, false, -1",
    "h;rport;a=b, true, -1"
  })
  void readsRport(String rest, boolean there, int port) {
    byte[] bytes = Splices.bytes("SIP/2.0/UDP " + rest);
    Via via = new Via();
    assertThat(via.parse(bytes, 0, bytes.length)).isTrue();
    assertThat(via.hasRport()).isEqualTo(there);
    assertThat(via.rport()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SIP",
        "SIP/2.0",
        "SIP/2.0/UDP",
        "SIP/2.0/UDP ",
        "SIP/2.0/ h",
        "SIP//UDP h",
        "/2.0/UDP h",
        "SIP/2.0/UDPh",
        "SIP/2.0/UDP h:",
        "SIP/2.0/UDP h:0",
        "SIP/2.0/UDP h:65536",
        "SIP/2.0/UDP h:99999999999999999999",
        "SIP/2.0/UDP :5060",
        "SIP/2.0/UDP [::1",
        "SIP/2.0/UDP []",
        "SIP/2.0/UDP 2001:db8::1",
        "SIP/2.0/UDP h i",
        "SIP/2.0/UDP h;",
        "SIP/2.0/UDP h;;x",
        "SIP/2.0/UDP h;=x",
        "SIP/2.0/UDP h;x=\"y",
        "SIP/2.0/UDP h;x=y z",
        "SIP/2.0/UDP h;x y",
        "SIP/2.0/UDP ;branch=1"
      })
  void refusesWhatBreaksTheGrammar(String text) {
    byte[] bytes = Splices.bytes(text);
    assertThat(new Via().parse(bytes, 0, bytes.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "branch=1;branch=2",
        "rport;rport",
        "received=1;received=2",
        "maddr=1;MADDR=1",
        "branch",
        "branch=",
        "received",
        "maddr="
      })
  void doubtsWhatSaysTheWayBackTwiceOrNotAtAll(String params) {
    byte[] bytes = Splices.bytes("SIP/2.0/UDP h;" + params);
    Via via = new Via();
    assertThat(via.parse(bytes, 0, bytes.length)).isTrue();
    assertThat(via.isDoubtful()).isTrue();
    assertThat(Splices.request(ResponsesTest.request("Via: SIP/2.0/UDP h;" + params)).problem())
        .isEqualTo(SipProblem.BAD_VIA);
  }

  @Test
  void walksAList() {
    byte[] bytes = Splices.bytes("SIP/2.0/UDP a;x=\",\" ,\r\n SIP/2.0/TCP b , SIP/2.0/TLS c,");
    Via via = new Via();
    StringBuilder hosts = new StringBuilder();
    for (int at = 0; at >= 0; at = via.nextElement(bytes.length)) {
      assertThat(via.parse(bytes, at, bytes.length)).isTrue();
      hosts.append(via.host());
    }
    assertThat(hosts).hasToString("abc");
  }
}
