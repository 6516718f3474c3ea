// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.ConfigError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a guard that contradicts itself, or asks for what is not there. */
class GuardChecksTest {
  @TempDir Path folder;

  private Plan.Result read(String guard) throws IOException {
    Path file = folder.resolve("f.yaml");
    Files.writeString(file, "guard: { " + guard + " }\n" + ServerRig.farmYaml("balance: p2c"));
    return Plan.read(file);
  }

  private static List<String> words(List<ConfigError> found) {
    return found.stream().map(Object::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          allow: [ 10.0.0.0/8 ], deny: [ 10.0.0.0/8 ]               | is in `allow` too
          allow: [ 10.0.0.0/8 ], deny: [ 10.1.0.0/16 ]              | lies within 10.0.0.0/8 of `allow`
          allow: [ '2001:db8::/32' ], deny: [ '2001:db8:1::/48' ]   | lies within
          topology-hiding: outside                                  | no listener is on network `outside`
          trust: { networks: { outside: untrusted } }               | no listener is on network `outside`
          bans: { log: / }                                          | expected a file
          bans: { blocklists: { a: { url: 'htp://x' } } }           | expected http:// or https://
          bans: { blocklists: { a: { } } }                          | expected either `file` or `url`
          emergency: [ help ]                                       | expected numbers as dialled
          rates: { BYE: 1/s }                                       | that begin something
          """)
  void namesWhatCannotWork(String guard, String says) throws IOException {
    assertThat(words(read(guard).errors()))
        .singleElement()
        .asString()
        .contains(says)
        .containsPattern("f\\.yaml:1:[0-9]+: guard\\.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bans: { blocklists: { a: { file: /no/list } } }   | /no/list cannot be read
          bans: { log: /no/such/folder/bans.log } | there is no folder /no/such/folder
          trust: { headers: { in: { strip: [ X-Tenant ] } } } | all sides are trusted
          trust: { headers: { out: { strip: [ X-Tenant ] } } } | all sides are trusted
          """)
  void warnsOfWhatHasNoEffect(String guard, String says) throws IOException {
    Plan.Result read = read(guard);
    assertThat(read.errors()).isEmpty();
    assertThat(words(read.warnings()))
        .singleElement()
        .asString()
        .contains(says)
        .containsPattern("f\\.yaml:1:[0-9]+: guard\\.");
  }

  @Test
  void aWiderDenyAroundAnAllowIsNoContradiction() throws IOException {
    assertThat(read("allow: [ 10.1.0.0/16 ], deny: [ 10.0.0.0/8, '0.0.0.0/0' ]").errors())
        .isEmpty();
  }
}
