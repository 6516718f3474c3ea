// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.guard.ban.Ban;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SIPVicious finds nothing: as it comes, and renamed to a good phone. It sends from 127.0.0.1,
 * whatever it is told. A phone elsewhere registers all the while.
 */
@Timeout(120)
class SipViciousIT {
  private static final String TOOLS = "127.0.0.1";
  private static final String PHONE = "127.0.0.20";
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Path PACKAGE = Path.of("/usr/share/sipvicious");

  private static String svmap(GuardedRegistrar target) {
    return "svmap -p " + target.address().getPort() + " 127.0.0.9";
  }

  private static String svwar(GuardedRegistrar target) {
    return "svwar --force --maximumtime 2 -e 990-1010 -p "
        + target.address().getPort()
        + " 127.0.0.9";
  }

  // The right one comes after the bound of what may be guessed.
  private static String svcrack(GuardedRegistrar target) {
    return "svcrack --maximumtime 2 -u 1000 -r 1200-1310 -p "
        + target.address().getPort()
        + " 127.0.0.9";
  }

  /** Runs one of the tools; what it printed. */
  private static String run(String command, Path source) {
    Program.require("svmap", "sipvicious");
    Path directory = Program.directory("sipvicious");
    String local = Integer.toString(Loopback.free().getPort());
    String[] words = command.split(" ", 2);
    List<String> line =
        new ArrayList<>(
            List.of(
                "/usr/bin/env",
                "PYTHONPATH=" + source,
                "HOME=" + directory,
                "python3",
                source.resolve("sipvicious/" + words[0] + ".py").toString(),
                "-P",
                local));
    line.addAll(List.of(words[1].split(" ")));
    try (Program program = Program.start(words[0], directory, line)) {
      program.await(LIMIT);
      return program.read("output");
    }
  }

  /** A copy of the tools that calls itself a good phone, as who means harm makes himself. */
  private static Path renamed() {
    Path directory = Program.directory("renamed");
    String copy =
        "cp -r %s/sipvicious . && sed -i 's/friendly-scanner/Linphone 5.2/' sipvicious/libs/svhelper.py"
            .formatted(PACKAGE);
    try (Program program = Program.start("copy", directory, List.of("/bin/sh", "-c", copy))) {
      assertThat(program.await(LIMIT)).as(program.read("output")).isZero();
    }
    return directory;
  }

  /** Registers the good phone while something happens; how often it was answered 200. */
  private static int whileAPhoneRegisters(GuardedRegistrar target, Runnable attack)
      throws Exception {
    AtomicInteger good = new AtomicInteger();
    List<String> bad = new ArrayList<>();
    Thread phone =
        new Thread(() -> {
          try (DigestLine line = DigestLine.overUdp(PHONE, target.address())) {
            while (!Thread.currentThread().isInterrupted()) {
              String answer = line.register("1001", "another, long enough");
              if (answer.startsWith("SIP/2.0 200 ")) {
                good.incrementAndGet();
              } else {
                bad.add(answer);
              }
              Thread.sleep(100);
            }
          } catch (IOException e) {
            bad.add(e.toString());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    phone.start();
    assertThat(Loopback.await(LIMIT, () -> good.get() > 0)).isTrue();
    attack.run();
    phone.interrupt();
    phone.join();
    assertThat(bad).isEmpty();
    return good.get();
  }

  private static Ban awaitBan(GuardedRegistrar target, String source) {
    assertThat(Loopback.await(Duration.ofSeconds(5), () -> target.ban(source) != null))
        .as(target.explain(source).toString())
        .isTrue();
    return requireNonNull(target.ban(source));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", trust-udp: yes"})
  void isNotAnsweredAsItComes(String bans) throws Exception {
    try (GuardedRegistrar target = new GuardedRegistrar(bans)) {
      int registered =
          whileAPhoneRegisters(
              target,
              () -> {
                for (String each : List.of(svmap(target), svwar(target), svcrack(target))) {
                  assertThat(run(each, PACKAGE)).as(each).contains("found nothing");
                }
              });
      assertThat(registered).isGreaterThan(1);
      // Each gives up when its first request is not answered. By UDP that may come from anybody.
      assertThat(target.dropped("scanner-agent")).isPositive();
      if (bans.isEmpty()) {
        assertThat(target.ban(TOOLS)).isNull();
      } else {
        assertThat(awaitBan(target, TOOLS).why()).isEqualTo("scanner 2");
      }
    }
  }

  @Test
  void tellsNoUserFromAnotherUnderAGoodName() throws Exception {
    try (GuardedRegistrar target = new GuardedRegistrar("")) {
      Path tools = renamed();
      whileAPhoneRegisters(
          target, () -> assertThat(run(svwar(target), tools)).contains("found nothing"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", trust-udp: yes"})
  void guessesNoPasswordUnderAGoodNameAndIsBannedAtOnce(String bans) throws Exception {
    try (GuardedRegistrar target = new GuardedRegistrar(bans)) {
      Path tools = renamed();
      whileAPhoneRegisters(
          target,
          () ->
              assertThat(run(svcrack(target), tools))
                  .contains("found nothing")
                  .doesNotContain("1299"));
      Ban ban = awaitBan(target, TOOLS);
      // It answered nonces that were sent to it, which proves its address.
      assertThat(ban.why()).isEqualTo("wrong-password 20");
      assertThat(ban.sinceMs() - target.explain(TOOLS).sinceMs()).isLessThan(2000);
      assertThat(target.dropped("ban")).isPositive();
    }
  }

  @Test
  void answersKnownAndUnknownUsersAlike() throws Exception {
    try (GuardedRegistrar target = new GuardedRegistrar("");
        DigestLine line = DigestLine.overUdp("127.0.0.71", target.address())) {
      assertThat(shape(line.challenge("1000"))).isEqualTo(shape(line.challenge("1005")));
      assertThat(shape(line.register("1000", "wrong")))
          .startsWith("SIP/2.0 403 ")
          .isEqualTo(shape(line.register("1005", "wrong")));
    }
  }

  // What differs from one request to the next whoever asks.
  private static String shape(String answer) {
    return answer
        .replaceAll("(branch|tag|nonce)=[^;\\r\\n,]*", "$1=")
        .replaceAll("Call-ID: .*", "Call-ID:")
        .replaceAll("CSeq: \\d+", "CSeq: n")
        .replaceAll("sip:\\d+@", "sip:user@");
  }

  @Test
  void bansAScannerOverTcpByItsName() throws Exception {
    String source = "127.0.0.72";
    try (GuardedRegistrar target = new GuardedRegistrar("")) {
      try (DigestLine line = DigestLine.overTcp(source, target.address())) {
        line.options("100", "friendly-scanner");
        line.options("101", "friendly-scanner");
        assertThatThrownBy(line::receive).isInstanceOf(IOException.class);
      }
      assertBanned(target, source, "scanner 2");
    }
  }

  @Test
  void bansAScannerOverTcpByWhatItDoes() throws Exception {
    String source = "127.0.0.73";
    try (GuardedRegistrar target = new GuardedRegistrar("")) {
      try (DigestLine line = DigestLine.overTcp(source, target.address())) {
        for (int i = 0; i < 40; i++) {
          line.options(Integer.toString(100 + i), "Linphone 5.2");
        }
        awaitBan(target, source);
      }
      assertThat(target.dropped("scanner-users")).isPositive();
      assertBanned(target, source, "scanner 2");
    }
  }

  @Test
  void bansACrackerOverTcp() throws Exception {
    String source = "127.0.0.74";
    try (GuardedRegistrar target = new GuardedRegistrar("")) {
      try (DigestLine line = DigestLine.overTcp(source, target.address())) {
        assertThatThrownBy(
                () -> {
                  for (int i = 1200; i < 1310; i++) {
                    assertThat(line.register("1000", Integer.toString(i)))
                        .startsWith("SIP/2.0 403 ");
                  }
                })
            .isInstanceOf(IOException.class);
      }
      assertBanned(target, source, "wrong-password 20");
    }
  }

  private static void assertBanned(GuardedRegistrar target, String source, String why) {
    Ban ban = awaitBan(target, source);
    assertThat(ban.why()).isEqualTo(why);
    assertThat(ban.sinceMs() - target.explain(source).sinceMs()).isLessThan(2000);
    assertThatThrownBy(
            () -> {
              try (DigestLine again = DigestLine.overTcp(source, target.address())) {
                again.challenge("1001");
              }
            })
        .isInstanceOf(IOException.class);
  }
}
