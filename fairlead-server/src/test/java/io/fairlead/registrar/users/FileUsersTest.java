// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileUsersTest {
  private static final String MD5 = "0123456789abcdef0123456789ABCDEF";

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("users.yaml"), text);
  }

  private static UserQuery account(String user, String domain) {
    return new UserQuery(user, domain, domain, false);
  }

  private FileUsers users(String text) throws IOException {
    return new FileUsers(new FileUsersSettings(file(text)), new UserTools("phones"));
  }

  @Test
  void readsPasswordsFilesAndHashes() throws IOException {
    Files.writeString(folder.resolve("bob.secret"), "hers\n");
    try (FileUsers users =
        users(
            "alice: secret\nbob: { password: file:bob.secret }\ncarol: { ha1: %s }\n"
                .formatted(MD5))) {
      assertThat(users.find(account("alice", "a.org")))
          .usingRecursiveComparison()
          .isEqualTo(found("alice", "secret"));
      assertThat(users.find(account("bob", "a.org")))
          .usingRecursiveComparison()
          .isEqualTo(found("bob", "hers"));
      Credentials carol =
          ((UserLookupResult.Found) users.find(account("carol", "a.org"))).credentials();
      assertThat(carol.md5()).asString().isEqualTo(MD5.toLowerCase(java.util.Locale.ROOT));
      assertThat(carol.sha256()).isNull();
      assertThat(users.find(account("dave", "a.org"))).isEqualTo(new UserLookupResult.Unknown());
    }
  }

  private static UserLookupResult found(String user, String password) {
    return new UserLookupResult.Found(Credentials.ofPassword(account(user, "a.org"), password));
  }

  @Test
  void takesANameWithDomainBeforeOneWithout() throws IOException {
    try (FileUsers users = users("alice: everywhere\nalice@a.org: here\nbob@b.org: his\n")) {
      assertThat(users.find(account("alice", "a.org")))
          .usingRecursiveComparison()
          .isEqualTo(found("alice", "here"));
      assertThat(users.find(account("alice", "b.org"))).isInstanceOf(UserLookupResult.Found.class);
      assertThat(users.find(account("bob", "a.org"))).isInstanceOf(UserLookupResult.Unknown.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alice: { passwort: x }         | users.yaml:1:10: alice.passwort: this key is not known"
            + " here",
        "alice: { ha1: 123 }            | users.yaml:1:15: alice.ha1: expected 32 hexadecimal"
            + " digits",
        "alice: { ha1-sha256: x }       | users.yaml:1:22: alice.ha1-sha256: expected 64",
        "alice: {}                      | alice: a password, ha1 or ha1-sha256 is needed",
        "alice: [ x ]                   | alice: this must be keys with values",
        "alice: { password: file:none } | alice.password: the file",
        "- alice                        | this must be keys with values",
        "alice                          | this must be keys with values",
        "alice: 'secret                 | users.yaml:",
      })
  void namesWhatIsWrongAndWhere(String text, String words) throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> FileUsers.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(words);
  }

  @Test
  void showsNoSecretInAnError() throws IOException {
    Path file = file("alice: { password: topsecret, x: y }\n");

    assertThatThrownBy(() -> FileUsers.read(file)).message().doesNotContain("topsecret");
  }

  @Test
  void aBrokenFileChangesNothing() throws IOException {
    try (FileUsers users = users("alice: secret\n")) {
      file("alice: [\n");
      users.reload();
      assertThat(users.find(account("alice", "a.org"))).isInstanceOf(UserLookupResult.Found.class);

      file("bob: secret\n");
      users.reload();
      assertThat(users.find(account("alice", "a.org")))
          .isInstanceOf(UserLookupResult.Unknown.class);
      assertThat(users.find(account("bob", "a.org"))).isInstanceOf(UserLookupResult.Found.class);
    }
  }
}
