// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.BindResult;
import io.fairlead.config.ChosenPlugin;
import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserSourcesContractTest {
  /** As the registrar's settings have it. */
  record Holder(
      @Setting(doc = "Whom.", value = "off", off = true, kinds = UserSources.class)
          @Nullable ChosenPlugin<?, UserTools, UserSource> users) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users: { file: users.yaml }                                     | file",
        "users: { http: 'https://h/{user}' }                             | http",
        "users: { sql: { url: 'postgresql://h/d', user: a, password: b } } | sql",
        "users: off                                                      | ''",
        "users: { file: users.yaml, http: 'http://h/{user}' }            | error",
        "users: { ldap: x }                                              | error",
        "users: { sql: {} }                                              | error",
        "users: { sql: { url: 'postgresql://h/d', query: select 1 } }    | error",
      })
  void takesExactlyOne(String text, String name) {
    BindResult<Holder> bound = ConfigBinder.bind(Holder.class, YamlSource.of("test", text));

    Holder holder = bound.value();
    assertThat(holder == null ? "error" : holder.users() == null ? "" : holder.users().name())
        .isEqualTo(name);
  }
}
