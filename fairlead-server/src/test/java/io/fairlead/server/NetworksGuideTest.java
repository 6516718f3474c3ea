// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the page about several networks to what the program takes. */
class NetworksGuideTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void theCompleteConfigurationIsAccepted() throws IOException {
    Plan.Result result = read(example());

    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void aNetworkWithoutListenerIsAnError() throws IOException {
    String wrong = example().replace("    network: inside\n", "    network: insid\n");
    Plan.Result result = read(wrong.replace("location: users, network: inside", "network: out"));

    assertThat(result.errors().toString())
        .contains("no listener is on network `insid`")
        .contains("no listener is on network `out`")
        .contains("routes[1].match.network")
        .contains("pools.farm.network");
  }

  private Plan.Result read(String yaml) throws IOException {
    Files.writeString(directory.resolve("users.yaml"), "alice: secret\n");
    return Plan.read(Files.writeString(directory.resolve("farm.yaml"), yaml));
  }

  private static String example() {
    List<String> examples =
        YAML.matcher(Pages.read(Pages.file("docs/guide/networks.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertThat(examples).hasSize(1);
    return examples.getFirst();
  }
}
