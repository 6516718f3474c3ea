// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of limits that cannot work: file, line, column, key, and what was expected. */
class LimitChecksTest {
  @TempDir Path folder;

  private Plan.Result read(String limits) throws IOException {
    Path file = folder.resolve("f.yaml");
    Files.writeString(file, "guard:\n  limits:\n" + limits + ServerRig.farmYaml("balance: p2c"));
    return Plan.read(file);
  }

  private List<String> errors(String limits) throws IOException {
    return read(limits).errors().stream().map(Object::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          key: from-user                                                  | limits nothing
          key: [], max-calls: 1                                           | a key such as
          key: fromuser, max-calls: 1                                     | is not a key
          key: 'prefix:+61', max-calls: 1                                 | must be digits
          key: 'prefix', max-calls: 1                                     | must say which
          key: from-user, max-calls: 0                                    | 1 to 1000000
          key: from-user, rate: 10                                        | a rate such as
          key: from-user, rate: 0/1s                                      | 1 or more
          key: from-user, max-calls: 1, prefixes: [ '6x' ]                | 1 to 15 digits
          key: from-user, max-calls: 1, prefixes: 'file:none.txt'         | cannot be read
          key: from-user, max-calls: 1, over: { status: 200 }             | expected a refusal
          key: from-user, max-calls: 1, over: { route: nowhere }          | there is no route `nowhere`
          key: from-user, max-calls: 1, over: { route: al }               | Did you mean `all`
          key: gateway, max-calls: 1, over: { route: all }                | no route can take over
          key: from-user, max-calls: 1, methods: [ MESSAGE ]              | only INVITE begins
          key: from-user, rate: 1/1s, scope: cluster                      | only what max-calls limits
          key: from-user, max-calls: 1, scope: cluster                    | cluster.store.redis
          key: from-user, max-calls: 1, match: { route: x }               | there is no route `x`
          key: from-user, max-calls: 1, match: { listener: x }            | there is no listener `x`
          key: from-user, max-calls: 1, over: { action: alarm, route: all } | needs no reason
          """)
  void namesWhatCannotWork(String limit, String says) throws IOException {
    assertThat(errors("    - { name: one, " + limit + " }\n"))
        .singleElement()
        .asString()
        .contains(says)
        .containsPattern("f\\.yaml:3:[0-9]+: ");
  }

  @Test
  void sendsNobodyToARegistrar() throws IOException {
    Path file = folder.resolve("f.yaml");
    Files.writeString(
        file,
        "guard:\n  limits:\n"
            + "    - { name: one, key: account, max-calls: 1, over: { route: regs } }\n"
            + "listeners: [ \"udp://203.0.113.10:5060\" ]\n"
            + "registrars: { phones: { domains: [ a.example ], users: off } }\n"
            + "routes: [ { name: regs, match: { method: REGISTER }, registrar: phones } ]\n");
    assertThat(Plan.read(file).errors())
        .singleElement()
        .asString()
        .contains("f.yaml:3:63", "is for a registrar");
  }

  @Test
  void namesTwoLimitsOfOneName() throws IOException {
    String twice = "    - { name: one, key: from-user, max-calls: 1 }\n".repeat(2);
    assertThat(errors(twice)).singleElement().asString().contains("f.yaml:4:15", "another limit");
  }

  @Test
  void warnsOfRoutesThatKnowNoCalls() throws IOException {
    Path file = folder.resolve("g.yaml");
    Files.writeString(
        file,
        "guard: { limits: [ { name: one, key: from-user, max-calls: 1 } ] }\n"
            + ServerRig.farmYaml("balance: hash").replace("to: farm", "to: farm, mode: stateless"));
    Plan.Result read = Plan.read(file);
    assertThat(read.errors()).isEmpty();
    assertThat(read.warnings()).singleElement().asString().contains("mode: stateless");
  }
}
