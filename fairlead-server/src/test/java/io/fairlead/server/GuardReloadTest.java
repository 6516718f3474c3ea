// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.SettingsDiff;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which changes of the guard are in force at once, and which say that they are not. */
class GuardReloadTest {
  private static final String LISTENER = "{ bind: \"udp://203.0.113.10:5060\", network: outside }";

  private static Plan plan(String guard) {
    return ServerRig.plan(
        ServerRig.farmYaml("balance: p2c").replace("udp://203.0.113.10:5060", LISTENER)
            + "guard: { "
            + guard
            + " }\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          allow: [ 10.0.0.0/8 ]                                        | false
          deny: [ 10.0.0.0/8 ]                                         | false
          flood: 30/2s                                                 | false
          malformed: off                                               | false
          scanners: { users: 40 }                                      | false
          rates: { INVITE: 1/s }                                       | false
          sanity: { on: [ contact ] }                                  | false
          emergency: [ 112 ]                                           | false
          limits: [ { name: a, key: account, max-calls: 1 } ]          | false
          topology-hiding: outside                                     | false
          trust: { networks: { outside: untrusted } }                  | false
          overload: { queue-delay: off }                               | false
          bans: off                                                    | false
          bans: { threshold: 50 }                                      | false
          bans: { blocklists: { a: { url: 'https://a.example/' } } }   | false
          gate: { remember: 2h }                                       | false
          gate: { logged: 5/s }                                        | false
          gate: { sources: 1024 }                                      | true
          gate: { registered-sources: 1024 }                           | true
          limit-settle: 200ms                                          | true
          bans: { firewall: off }                                      | true
          bans: { log: /tmp/fail2ban.log }                             | true
          bans: { sources: 1000 }                                      | true
          bans: { exempt-sources: 1000 }                               | true
          bans: { bans: 1000 }                                         | true
          """)
  void saysWhatNeedsARestart(String guard, boolean restart) {
    List<String> lines = SettingsDiff.between(plan("").settings(), plan(guard).settings());
    assertThat(lines).isNotEmpty().allMatch(line -> Fairlead.needsRestart(line) == restart);
  }

  /** What carries bans out is opened at the start. */
  @Test
  void bansThatWereOffNeedARestart() {
    List<String> lines = SettingsDiff.between(plan("bans: off").settings(), plan("").settings());
    assertThat(lines).singleElement().matches(Fairlead::needsRestart);
  }
}
