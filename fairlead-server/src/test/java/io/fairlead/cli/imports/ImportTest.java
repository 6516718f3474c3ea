// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no text file in a repository keeps: other line breaks, byte order marks, broken text. */
class ImportTest {
  private static final String TABLE =
      "group_id,dst_uri,resources\n1,sip:10.0.0.11,\"a=1;\nb=2\"\n\n1,sip:10.0.0.12,a=3\n";
  private static final String LIST = "1 sip:10.0.0.11\n\n2 sip:10.0.0.12 0 0 duid=x\n";

  private final Import made = new Import(List.of());

  private static Import.Source source(String text) {
    return new Import.Source("file", text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r", "\n"})
  void lineBreaksOfAllSystemsAreTheSame(String lineBreak) {
    for (String mark : List.of("", "\ufeff")) {
      Import.Result table = made.opensips(source(mark + TABLE.replace("\n", lineBreak)));
      assertThat(table.errors()).isEmpty();
      assertThat(table.yaml()).isEqualTo(made.opensips(source(TABLE)).yaml());

      Import.Result list = made.kamailio(source(mark + LIST.replace("\n", lineBreak)), 4);
      assertThat(list.errors()).isEmpty();
      assertThat(list.yaml()).isEqualTo(made.kamailio(source(LIST), 4).yaml());
    }
  }

  @Test
  void whatIsNoTextIsAnErrorAndNothingWorse() {
    byte[] noise = new byte[4096];
    new java.util.Random(7).nextBytes(noise);
    Import.Source file = new Import.Source("noise", noise);

    for (Import.Result result :
        List.of(made.kamailio(file, null), made.opensips(file), made.freeswitch(file, List.of()))) {
      assertThat(result.yaml()).isEmpty();
      assertThat(result.errors()).isNotEmpty().allMatch(error -> error.startsWith("noise:"));
    }
  }

  @Test
  void saysNoMoreThanAHundredErrors() {
    assertThat(made.kamailio(source("x\n".repeat(1000)), null).errors()).hasSize(100);
  }

  @Test
  void elementsThatAreTooDeepEndTheReading() {
    Import.Result result = made.freeswitch(source("<a>".repeat(100_000)), List.of());

    assertThat(result.errors()).hasSize(1).first().asString().contains("less deep");
  }
}
