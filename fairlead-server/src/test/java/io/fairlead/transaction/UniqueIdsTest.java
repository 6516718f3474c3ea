// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.SipHash;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ids that nobody else mints or guesses. */
class UniqueIdsTest {
  @Test
  void mintsBranchesOfItsLoopThatDoNotRepeat() {
    UniqueIds minted = new UniqueIds(3, new SipHash(1, 2));
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      long id = minted.branch();
      assertThat(Branch.loop(id)).isEqualTo(3);
      seen.add(id);
    }
    assertThat(seen).hasSize(10_000);
  }

  @Test
  void mintsOtherBranchesWithAnotherSecretOrOnAnotherLoop() {
    assertThat(minted(3, 2)).isEqualTo(minted(3, 2)).isNotEqualTo(minted(3, 9));
    assertThat(minted(3, 2) << 8).isNotEqualTo(minted(4, 2) << 8);
  }

  private static long minted(int loop, long secret) {
    return new UniqueIds(loop, new SipHash(1, secret)).branch();
  }

  @Test
  void givesATransactionOneTagAndEachAnother() {
    UniqueIds ids = new UniqueIds(3, new SipHash(1, 2));
    UniqueIds stranger = new UniqueIds(3, new SipHash(1, 9));

    assertThat(ids.tag(7)).isEqualTo(ids.tag(7)).isNotEqualTo(ids.tag(8));
    assertThat(ids.tag(7)).isNotEqualTo(stranger.tag(7));
  }
}
