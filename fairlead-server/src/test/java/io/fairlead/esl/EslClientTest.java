// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against an event socket, over real connections. */
@Timeout(60)
class EslClientTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final EslSimulator freeswitch = EslSimulator.start();
  private final EslRig rig = new EslRig();

  @AfterEach
  void end() {
    rig.close();
    freeswitch.close();
  }

  // ---- what it tells ----

  @Test
  void subscribesAndTellsOfAHeartbeat() {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.figure("Session-Count", "17").heartbeat();

    EslEvent event = rig.event();
    assertThat(event.name()).isEqualTo("HEARTBEAT");
    assertThat(event.number("Session-Count", -1)).isEqualTo(17);
    assertThat(event.number("Max-Sessions", -1)).isEqualTo(2000);
    assertThat(event.header("FreeSWITCH-Switchname")).isEqualTo("fs1");
    assertThat(event.header("FreeSWITCH-IPv6")).isEqualTo("fd00::2");
    assertThat(event.header("Event-Info")).isEqualTo("System Ready");
    assertThat(freeswitch.commands())
        .containsExactly(
            "event json HEARTBEAT SHUTDOWN CUSTOM sofia::register sofia::unregister sofia::expire"
                + " conference::maintenance callcenter::info fifo::info");
    assertThat(freeswitch.connections()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsTheSameFromJsonAndFromPlainEvents(boolean json) {
    if (!json) {
      freeswitch.withoutJson();
    }
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.custom(
        "conference::maintenance",
        Map.of("Conference-Name", "a \"room\"\\é+100%", "Members", "ARRAY::1|:2", "Tab", "\t\n"));
    freeswitch.event("SHUTDOWN", Map.of("Event-Info", "bye"), "two\nlines\n\né");

    EslEvent custom = rig.event();
    assertThat(custom.subclass()).isEqualTo("conference::maintenance");
    assertThat(custom.header("Conference-Name")).isEqualTo("a \"room\"\\é+100%");
    assertThat(custom.header("Members")).isEqualTo("ARRAY::1|:2");
    assertThat(custom.header("Tab")).isEqualTo("\t\n");
    assertThat(custom.body()).isEmpty();
    assertThat(rig.event().body()).isEqualTo("two\nlines\n\né");
  }

  @Test
  void readsWhatComesByteByByte() {
    freeswitch.torn(Duration.ofNanos(1000));
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.heartbeat();
    freeswitch.heartbeat();
    rig.api("status");

    assertThat(rig.event().header("Event-Sequence")).isEqualTo("601");
    assertThat(rig.event().header("Event-Sequence")).isEqualTo("602");
    assertThat(rig.answer()).isEqualTo("-ERR status Command not found!\n");
  }

  @Test
  void keepsTheOrderOfAFlood() {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    for (int i = 0; i < 2000; i++) {
      freeswitch.event("HEARTBEAT", Map.of("Number", Integer.toString(i)), "");
    }

    for (int i = 0; i < 2000; i++) {
      assertThat(rig.event().number("Number", -1)).isEqualTo(i);
    }
  }

  @Test
  void readsTheLargestEventThatIsAllowed() {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.event("HEARTBEAT", Map.of(), "x".repeat(EslFrameReader.LONGEST_BODY - 2000));

    assertThat(rig.event().body()).hasSize(EslFrameReader.LONGEST_BODY - 2000);
  }

  // ---- what goes wrong ----

  @Test
  void tellsThatNobodyIsThere() {
    freeswitch.leave();

    rig.open(freeswitch, AMPLE);

    assertThat(rig.told()).startsWith("UNREACHABLE ");
  }

  @Test
  void tellsAWrongPassword() {
    freeswitch.password("other");

    rig.open(freeswitch, AMPLE);

    assertThat(rig.told()).isEqualTo("WRONG_PASSWORD the password is refused: -ERR invalid");
  }

  @Test
  void tellsThatTheAccessListRefuses() {
    freeswitch.greeting(EslSimulator.RUDE);

    rig.open(freeswitch, AMPLE);

    assertThat(rig.told()).isEqualTo("NOT_ALLOWED its access list does not have our address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        "SIP/2.0 400 Bad Request\r\n\r\n",
        "220 mail.test ESMTP\r\n",
        "\u0000",
        "Content-Type: text/html\n\n",
      })
  void tellsWhatIsNoFreeSwitch(String greeting) {
    freeswitch.greeting(greeting);

    rig.open(freeswitch, AMPLE);

    assertThat(rig.told()).startsWith("NOT_FREESWITCH ");
  }

  @Test
  void takesWhatSaysNothingForNoFreeSwitch() {
    freeswitch.greeting(EslSimulator.MUTE);

    rig.open(freeswitch, SHORT);

    assertThat(rig.told()).isEqualTo("NOT_FREESWITCH no greeting within 1s");
  }

  @Test
  void tellsThatAGreetingIsFollowedBySilence() throws IOException {
    try (ServerSocket half = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> {
        try {
          half.accept().getOutputStream().write(EslSimulator.WELCOME.getBytes(US_ASCII));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });

      rig.open(
          new InetSocketAddress(half.getInetAddress(), half.getLocalPort()),
          freeswitch.settings(SHORT));

      assertThat(rig.told()).isEqualTo("SILENT no answer within 1s");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no header at all~~|a line that is no header",
        "Content-Type: text/event-json~Content-Length: 1048577~~|Content-Length: 1048577",
        "Content-Length: 99999999999999999999999~~|Content-Length: 99999999999999999999...",
        "Content-Length: -1~~|Content-Length: -1",
      })
  void tellsWhatIsMalformed(String sent, String why) {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.raw(sent.replace('~', '\n').replace('\'', '"'));

    assertThat(rig.told()).startsWith("MALFORMED " + why);
    assertThat(rig.told()).isEqualTo("connected");
  }

  /** What is in an event comes from phones; a link must not end by what one has for a name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/event-json~Content-Length: 2~~[]",
        "Content-Type: text/event-json~Content-Length: 6~~{'a':'",
        "Content-Type: text/event-json~Content-Length: 9~~{'a':'\u0001'}",
        "Content-Type: text/event-json~Content-Length: 0~~",
        "Content-Type: text/event-plain~Content-Length: 3~~abc",
        "Content-Type: text/event-plain~Content-Length: 9~~a: b~c~~d~",
      })
  void passesOverAnEventThatCannotBeRead(String sent) {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.raw(sent.replace('~', '\n').replace('\'', '"'));
    freeswitch.heartbeat();

    assertThat(rig.told()).isEqualTo("unreadable");
    assertThat(rig.event().name()).isEqualTo("HEARTBEAT");
    assertThat(rig.untaken()).isZero();
  }

  private EslSettings lazy() {
    Duration hours = Duration.ofHours(9);
    Duration poll = Duration.ofSeconds(5);
    return new EslSettings(
        Secret.of(EslSimulator.PASSWORD),
        freeswitch.address().getPort(),
        null,
        AMPLE,
        poll,
        hours,
        hours,
        "[^-@]+",
        20_000);
  }

  @Test
  void triesNowWhenThereIsReasonToBelieveThatTheOtherEndIsThere() {
    rig.open(freeswitch.address(), lazy());
    assertThat(rig.told()).isEqualTo("connected");
    freeswitch.leave();
    freeswitch.cut();
    assertThat(rig.told()).startsWith("CLOSED ");
    freeswitch.comeBack();

    rig.hasten();

    assertThat(rig.told()).isEqualTo("connected");
  }

  @Test
  void boundsAHead() {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.raw("A: " + "x".repeat(EslFrameReader.LONGEST_HEAD));

    assertThat(rig.told()).isEqualTo("MALFORMED a head longer than 65536 bytes");
  }

  @Test
  void boundsAnEvent() {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    freeswitch.event("HEARTBEAT", Map.of(), "x".repeat(EslFrameReader.LONGEST_BODY));

    assertThat(rig.told()).startsWith("MALFORMED Content-Length: ");
  }

  @Test
  void tellsThatItSaidGoodbyeAndFindsItAgain() {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");
    String before = freeswitch.figure("Core-UUID");

    freeswitch.terminate(Duration.ZERO);

    assertThat(rig.event().name()).isEqualTo("SHUTDOWN");
    assertThat(rig.told()).isEqualTo("CLOSED it said goodbye: Disconnected, goodbye.");
    assertThat(rig.told()).startsWith("UNREACHABLE ");
    freeswitch.comeBack();
    String last = rig.told();
    while (last.startsWith("UNREACHABLE ")) {
      last = rig.told();
    }
    assertThat(last).isEqualTo("connected");
    freeswitch.heartbeat();
    assertThat(rig.event().header("Core-UUID")).isNotEqualTo(before);
  }

  @Test
  void tellsThatItIsCutOffAndConnectsAgain() {
    rig.open(freeswitch, AMPLE);
    for (int i = 0; i < 3; i++) {
      assertThat(rig.told()).isEqualTo("connected");
      freeswitch.cut();
      assertThat(rig.told()).startsWith("CLOSED ");
    }
  }

  // ---- commands ----

  @Test
  void answersCommandsInTheirOrder() {
    freeswitch.answers(command -> command.startsWith("echo ") ? command.substring(5) : null);
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    for (int i = 0; i < 50; i++) {
      rig.api("echo " + i);
    }
    rig.api("fsctl pause_check inbound");
    rig.api("echo ");
    rig.api("nosuch");

    for (int i = 0; i < 50; i++) {
      assertThat(rig.answer()).isEqualTo(Integer.toString(i));
    }
    assertThat(rig.answer()).isEqualTo("false");
    assertThat(rig.answer()).isEmpty();
    assertThat(rig.answer()).isEqualTo("-ERR nosuch Command not found!\n");
  }

  @Test
  void takesAnotherConnectionWhenACommandHasNoAnswer() {
    freeswitch.answer("sleep", EslSimulator.NO_ANSWER);
    rig.open(freeswitch, SHORT);
    assertThat(rig.told()).isEqualTo("connected");

    rig.api("sleep");
    rig.api("fsctl pause_check inbound");

    assertThat(rig.answer()).isEqualTo("failed: no answer within 1s");
    assertThat(rig.answer()).isEqualTo("false");
    freeswitch.heartbeat();
    assertThat(rig.event().name()).isEqualTo("HEARTBEAT");
    assertThat(rig.untaken()).isZero();
  }

  @Test
  void tellsThatItIsSilentWhenThereIsNoOtherConnectionEither() {
    freeswitch.answer("sleep", EslSimulator.NO_ANSWER);
    rig.open(freeswitch, SHORT);
    assertThat(rig.told()).isEqualTo("connected");
    freeswitch.greeting(EslSimulator.MUTE);

    rig.api("sleep");
    rig.api("status");

    assertThat(rig.answer()).isEqualTo("failed: no answer within 1s");
    String why = "a command had no answer, and then: no greeting within 1s";
    assertThat(rig.answer()).isEqualTo("failed: " + why);
    assertThat(rig.told()).isEqualTo("SILENT " + why);
  }

  @Test
  void boundsTheCommandsThatWait() {
    freeswitch.answer("sleep", EslSimulator.NO_ANSWER);
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    for (int i = 0; i < NetworkEslSession.MOST_WAITING + 2; i++) {
      rig.api("sleep");
    }

    assertThat(rig.answer()).isEqualTo("failed: 64 commands wait already");
    rig.settle();
    assertThat(rig.untaken()).isZero();
    freeswitch.cut();
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < NetworkEslSession.MOST_WAITING + 1; i++) {
      answers.add(rig.answer());
    }
    assertThat(answers).allMatch(answer -> answer.startsWith("failed: "));
    assertThat(rig.told()).startsWith("CLOSED ");
  }

  @Test
  void refusesACommandThatIsTwo() {
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");

    rig.api("status\n\nexit");

    assertThat(rig.answer()).isEqualTo("failed: a command is one line");
    assertThat(freeswitch.commands()).hasSize(1);
  }

  @Test
  void answersAtOnceWhenItIsNotConnected() {
    freeswitch.leave();
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).startsWith("UNREACHABLE ");

    rig.api("status");

    assertThat(rig.answer()).isEqualTo("failed: not connected");
  }

  // ---- the end ----

  @Test
  void endsBothConnectionsAndTellsNothingMore() {
    freeswitch.answer("sleep", EslSimulator.NO_ANSWER);
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");
    EslRig.await(() -> freeswitch.listeners() == 1);
    rig.api("sleep");

    rig.closeSession();

    assertThat(rig.answer()).isEqualTo("failed: closed");
    EslRig.await(() -> freeswitch.connections() == 0);
    rig.settle();
    rig.api("status");
    assertThat(rig.answer()).isEqualTo("failed: closed");
    assertThat(rig.untaken()).isZero();
  }

  @Test
  void endsWhileItConnects() {
    freeswitch.greeting(EslSimulator.MUTE);
    rig.open(freeswitch, AMPLE);
    EslRig.await(() -> freeswitch.connections() == 1);

    rig.closeSession();

    EslRig.await(() -> freeswitch.connections() == 0);
    rig.settle();
    assertThat(rig.untaken()).isZero();
  }

  @Test
  void closesAllSessionsWithTheClient() {
    rig.open(freeswitch, AMPLE);
    rig.open(freeswitch, AMPLE);
    assertThat(rig.told()).isEqualTo("connected");
    assertThat(rig.told()).isEqualTo("connected");
    assertThat(freeswitch.connections()).isEqualTo(4);

    rig.client().close();

    EslRig.await(() -> freeswitch.connections() == 0);
    rig.settle();
    assertThat(rig.untaken()).isZero();
  }

  @Test
  void neverShowsThePassword() {
    EslSettings settings = freeswitch.settings(AMPLE);

    assertThat(settings.password()).isEqualTo(Secret.of(EslSimulator.PASSWORD));
    assertThat(new EslTarget("fs1", freeswitch.address(), settings).toString())
        .contains("fs1")
        .doesNotContain(EslSimulator.PASSWORD);
  }
}
