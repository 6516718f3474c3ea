// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the page about several networks to what the program refuses. */
class NetworksGuideTest {
  @TempDir Path directory;

  @Test
  void aNetworkWithoutListenerIsAnError() {
    String wrong =
        new GuidePage("networks")
            .example()
            .replace("    network: inside\n", "    network: insid\n")
            .replace("location: users, network: inside", "network: out");
    Plan.Result result = GuidePage.read(directory, wrong);

    assertThat(result.errors().toString())
        .contains("no listener is on network `insid`")
        .contains("no listener is on network `out`")
        .contains("routes[1].match.network")
        .contains("pools.farm.network");
  }
}
