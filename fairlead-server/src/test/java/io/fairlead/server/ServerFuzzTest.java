// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.server.FuzzWorld.Filtered;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole house under messages good and bad, from phones and backends, in every mode: no step
 * throws, what leaves is without fault, and in the end nothing is held.
 *
 * <p>A failure names scene and seed; {@code -Dfuzz.seed=N} runs that seed alone in every scene, and
 * {@code -Dfuzz.seconds=N} goes on with new seeds for that long.
 */
class ServerFuzzTest {
  private static final int STEPS = 150;
  private static final int SEEDS = 4;
  private static final Map<String, Integer> all = new ConcurrentHashMap<>();

  @ParameterizedTest
  @EnumSource
  void holdsWhateverIsSent(FuzzScene scene) {
    String chosen = System.getProperty("fuzz.seed", "");
    if (!chosen.isEmpty()) {
      play(scene, Long.parseLong(chosen), Filtered.NOT);
      play(scene, Long.parseLong(chosen), Filtered.AT_RANDOM);
      play(scene, Long.parseLong(chosen), Filtered.MEDIA);
      return;
    }
    Map<String, Integer> met = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      play(scene, seed, Filtered.NOT).tell(met);
    }
    // A world where nothing comes about proves nothing.
    if (scene != FuzzScene.STATELESS) {
      assertThat(met.keySet())
          .as(met.toString())
          .anyMatch(how -> how.startsWith("INVITE status=200"))
          .hasSizeGreaterThan(25);
    }
    all.putAll(met);
  }

  /** The messages of calls pass filters that change, hold and refuse them. */
  @ParameterizedTest
  @EnumSource
  void holdsWhateverFiltersDo(FuzzScene scene) {
    Map<String, Integer> met = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      play(scene, seed, Filtered.AT_RANDOM).tell(met);
    }
    if (scene != FuzzScene.STATELESS) {
      assertThat(met.keySet())
          .as(met.toString())
          .anyMatch(how -> how.startsWith("INVITE status=480 flag=UV"));
    }
    all.putAll(met);
  }

  /** The media of calls is relayed: no stream is left open. */
  @ParameterizedTest
  @EnumSource
  void givesEveryStreamBack(FuzzScene scene) {
    int relayed = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      relayed += play(scene, seed, Filtered.MEDIA).relayed();
    }
    if (scene != FuzzScene.STATELESS) {
      assertThat(relayed).as("streams that were relayed").isGreaterThan(10);
    }
  }

  /** What the scenes together must have brought about: each by itself is up to chance. */
  @AfterAll
  static void theScenesTogetherMeetWhatMatters() {
    if (all.isEmpty()) {
      return;
    }
    assertThat(all.keySet())
        .anyMatch(how -> how.startsWith("INVITE status=503"))
        .anyMatch(how -> how.contains("flag=CC"))
        .anyMatch(how -> how.contains("ended=caller"))
        .anyMatch(how -> how.contains("ended=proxy"));
  }

  /** What broke once. */
  @ParameterizedTest
  @MethodSource("kept")
  void holdsWhereItBrokeBefore(String kept) {
    String[] words = kept.split(" ", 2);
    play(FuzzScene.valueOf(words[0]), Long.parseLong(words[1]), Filtered.NOT);
    play(FuzzScene.valueOf(words[0]), Long.parseLong(words[1]), Filtered.AT_RANDOM);
    play(FuzzScene.valueOf(words[0]), Long.parseLong(words[1]), Filtered.MEDIA);
  }

  static List<String> kept() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ServerFuzzTest.class.getResourceAsStream("house-fuzz.seeds"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .toList();
    }
  }

  @Test
  void holdsForAsLongAsWanted() {
    long seconds = Long.getLong("fuzz.seconds", 0);
    long endNs = System.nanoTime() + seconds * 1_000_000_000L;
    SplittableRandom seeds = new SplittableRandom(Long.getLong("fuzz.from", System.nanoTime()));
    FuzzScene[] scenes = FuzzScene.values();
    Filtered[] kinds = Filtered.values();
    long worlds = 0;
    long first = 0;
    Map<String, Integer> met = new TreeMap<>();
    while (System.nanoTime() < endNs) {
      FuzzScene scene = scenes[(int) (worlds % scenes.length)];
      play(
              scene,
              seeds.nextLong(Long.MAX_VALUE),
              kinds[(int) (worlds / scenes.length % kinds.length)])
          .tell(met);
      worlds++;
      if (worlds % 100 == 0) {
        long used = usedMb();
        first = first == 0 ? used : first;
        System.out.println(
            worlds + " worlds, " + used + " MB of heap in use, " + rssMb() + " MB RSS");
        assertThat(used).as("MB of heap after " + worlds + " worlds").isLessThan(first + 100);
      }
    }
    System.out.println(worlds + " worlds; what became of the requests in them: " + met);
  }

  private static FuzzWorld play(FuzzScene scene, long seed, Filtered filtered) {
    FuzzWorld world = new FuzzWorld(scene, seed, filtered);
    try {
      world.run(STEPS);
      world.end();
      return world;
    } catch (Throwable e) {
      throw new AssertionError(
          "scene "
              + scene
              + ", seed "
              + seed
              + (filtered == Filtered.NOT ? "" : ", filtered " + filtered)
              + "; the last messages were:\n"
              + world.lastMessages(),
          e);
    }
  }

  private static long usedMb() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }

  private static long rssMb() {
    try {
      String statm = Files.readString(Path.of("/proc/self/statm"));
      return Long.parseLong(statm.split(" ")[1]) * 4 / 1024;
    } catch (IOException e) {
      return -1;
    }
  }
}
