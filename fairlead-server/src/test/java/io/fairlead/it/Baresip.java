// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A baresip: a phone that registers and answers every call. It says silence or a tone, and keeps
 * what it hears. Owned by one test.
 */
final class Baresip implements AutoCloseable {
  private static final Pattern REGISTERED = Pattern.compile("\\} 200 [^\\n]*\\[1 binding");
  private static final Pattern INVITED = Pattern.compile("(?m)^INVITE sip:");
  private static final List<String> MODULES =
      List.of("/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules");

  private final Program program;

  private Baresip(Program program) {
    this.program = program;
  }

  static Account account(String user, String domain) {
    return new Account(user, domain);
  }

  /** Waits for the 200 to its REGISTER. */
  void awaitRegistered() {
    if (!Loopback.await(Duration.ofSeconds(15), () -> REGISTERED.matcher(log()).find())) {
      throw new AssertionError("baresip was not registered\n" + program.tail("output"));
    }
  }

  /** Waits until its log, which shows every message, has this. */
  void awaits(String text) {
    if (!Loopback.await(Duration.ofSeconds(15), () -> log().contains(text))) {
      throw new AssertionError("baresip never said " + text + "\n" + program.tail("output"));
    }
  }

  /** How many INVITE came, retransmissions counted. */
  long invitations() {
    return INVITED.matcher(log()).results().count();
  }

  String log() {
    return program.read("output");
  }

  /**
   * Waits until it has heard a tone for half a second.
   *
   * @param hertz of the tone
   */
  void hears(int hertz) {
    if (!Loopback.await(Duration.ofSeconds(15), () -> heard(hertz))) {
      throw new AssertionError("baresip heard no " + hertz + " Hz\n" + program.tail("output"));
    }
  }

  /** Whether it has ever heard a tone for half a second. */
  boolean heard(int hertz) {
    return recordings().stream().anyMatch(each -> Tone.isIn(each, hertz));
  }

  /** How much it has heard until now, 16000 bytes a second. */
  long heardBytes() {
    return recordings().stream().mapToLong(each -> each.toFile().length()).sum();
  }

  private List<Path> recordings() {
    try (Stream<Path> files = Files.list(program.directory())) {
      return files.filter(each -> each.getFileName().toString().endsWith("-dec.wav")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: it says nothing any more. */
  void kill() {
    program.process().destroyForcibly();
    program.await(Duration.ofSeconds(10));
  }

  /** SIGTERM: it unregisters first. */
  @Override
  public void close() {
    program.close();
  }

  /** Who registers, and where. Owned by one test. */
  static final class Account {
    private final String user;
    private final String domain;
    private TestTransport over = TestTransport.UDP;
    private String password = "none";
    private List<String> by = List.of();
    private int seconds = 300;
    private Authority trusted = Authority.ours();
    private @Nullable String dialled;
    private String nat = "";
    private String more = "";
    private int tone;

    private Account(String user, String domain) {
      this.user = user;
      this.domain = domain;
    }

    /** Its address of record without the scheme. */
    String aor() {
      return user + "@" + domain;
    }

    Account over(TestTransport transport) {
      over = transport;
      return this;
    }

    Account password(String secret) {
      password = secret;
      return this;
    }

    /** From one registration to the next, about. */
    Account expires(int interval) {
      seconds = interval;
      return this;
    }

    /** Whose certificates it takes; without: those of all tests. */
    Account trusting(Authority authority) {
      trusted = authority;
      return this;
    }

    /** It keeps its flow alive itself (RFC 5626). */
    Account outbound() {
      nat = ";sipnat=outbound";
      return this;
    }

    /** What it says for half a minute of each call, and that it keeps what it hears. */
    Account says(int hertz) {
      tone = hertz;
      more += "module sndfile.so\nrtp_stats yes\n";
      return this;
    }

    /** It has SRTP: {@code srtp}, {@code srtp-mand} or {@code srtp-mandf}. */
    Account encrypts(String how) {
      more += "module srtp.so\n";
      nat += ";mediaenc=" + how;
      return this;
    }

    /** Takes commands such as /hold on this UDP port. */
    Account console(int port) {
      more += "module cons.so\ncons_listen 127.0.0.1:" + port + "\n";
      return this;
    }

    /** Whom it calls as soon as it is there. */
    Account dials(String uri) {
      dialled = uri;
      return this;
    }

    /** A command that runs it, such as one that enters a network namespace. */
    Account by(List<String> command) {
      by = command;
      return this;
    }

    /** Starts it at an address of its own; it registers through Fairlead at once. */
    Baresip start(String local, InetSocketAddress fairlead) {
      String baresip = Program.require("baresip", "baresip-core");
      Path directory = Program.directory("baresip");
      write(directory, local, fairlead);
      List<String> command = new ArrayList<>(by);
      String family = local.startsWith("[") ? "-6" : "-4";
      command.addAll(List.of(baresip, "-f", directory.toString(), family, "-s", "-v"));
      if (dialled != null) {
        command.addAll(List.of("-e", "/dial " + dialled));
      }
      return new Baresip(Program.start("baresip", directory, command));
    }

    private void write(Path directory, String local, InetSocketAddress fairlead) {
      String config =
          """
          sip_listen %s
          sip_cafile %s
          module_path %s
          module g711.so
          module aufile.so
          module_tmp uuid.so
          module_app account.so
          module_app menu.so
          rtp_ports 32000-32700
          audio_player aufile,/dev/null
          audio_source aufile,%s
          audio_alert aufile,/dev/null
          snd_path %s
          %s\
          """
              .formatted(
                  local, trusted.root(), modules(), directory.resolve("said.wav"), directory, more);
      String outbound =
          Loopback.text(fairlead) + ";transport=" + over.name().toLowerCase(Locale.ROOT);
      String account =
          "<sip:%s@%s>;auth_user=%s;auth_pass=%s;outbound=\"sip:%s\";regint=%d;answermode=auto%s\n"
              .formatted(user, domain, user, password, outbound, seconds, nat);
      try {
        Files.writeString(directory.resolve("config"), config);
        Files.writeString(directory.resolve("accounts"), account);
        Files.writeString(directory.resolve("contacts"), "");
        int samples = tone > 0 ? 30 * Tone.RATE : Tone.RATE;
        Files.write(directory.resolve("said.wav"), Tone.wav(tone, samples));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String modules() {
      return MODULES.stream()
          .filter(each -> Files.isDirectory(Path.of(each)))
          .findFirst()
          .orElseThrow(() -> new AssertionError("baresip's modules are in none of " + MODULES));
    }
  }
}
