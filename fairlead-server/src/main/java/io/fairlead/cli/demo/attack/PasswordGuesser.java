// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Registers with passwords that are wrong: as one who guesses, over TCP, or as a phone somebody
 * configured badly, over UDP, which tries the same one again and again.
 */
public final class PasswordGuesser extends Attacker {
  private static final Pattern CHALLENGE =
      Pattern.compile("^WWW-Authenticate: *(.*)$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /**
   * What it does.
   *
   * @param name who it is, in words
   * @param tcp over TCP, else UDP
   * @param user whose password
   * @param pauseMs between two guesses
   */
  public record Habit(String name, boolean tcp, String user, String domain, long pauseMs) {}

  private final Habit habit;
  private final RandomGenerator random;
  private volatile boolean found;
  private int guesses;

  /** Begins nothing yet. */
  public PasswordGuesser(
      Habit habit, InetAddress address, InetSocketAddress target, RandomGenerator random) {
    super(habit.name(), address, target);
    this.habit = habit;
    this.random = random;
  }

  /** Whether a guess was right. */
  public boolean found() {
    return found;
  }

  @Override
  void attack() throws IOException, InterruptedException {
    try (AttackLine line =
        habit.tcp()
            ? AttackLine.overTcp(address(), target())
            : AttackLine.overUdp(address(), target())) {
      AttackRequest request = new AttackRequest(line.transport(), habit.domain(), random);
      String answer = ask(line, request.register(habit.user(), ""));
      while (!isClosed()) {
        found |= answer.startsWith("SIP/2.0 200 ");
        Matcher challenge = CHALLENGE.matcher(answer);
        String authorization = challenge.find() ? authorization(challenge.group(1)) : "";
        answer = ask(line, request.register(habit.user(), authorization));
        Thread.sleep(habit.pauseMs());
      }
    }
  }

  private String authorization(String challenge) {
    String password = habit.tcp() ? "password" + guesses++ : "mistyped";
    return DigestAnswer.to(challenge, habit.user(), password, "sip:" + habit.domain(), random);
  }

  private String ask(AttackLine line, String request) throws IOException {
    line.send(request);
    countSent();
    String answer = line.receive();
    countAnswered();
    return answer;
  }
}
