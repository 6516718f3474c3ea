// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A baresip: a phone without sound that registers and answers every call. Owned by one test. */
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

    private Account(String user, String domain) {
      this.user = user;
      this.domain = domain;
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
      command.addAll(List.of(baresip, "-f", directory.toString(), "-4", "-s", "-v"));
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
          audio_player aufile,/dev/null
          audio_source aufile,%s
          audio_alert aufile,/dev/null
          """
              .formatted(local, trusted.root(), modules(), directory.resolve("silence.wav"));
      String outbound =
          Loopback.text(fairlead) + ";transport=" + over.name().toLowerCase(Locale.ROOT);
      String account =
          "<sip:%s@%s>;auth_user=%s;auth_pass=%s;outbound=\"sip:%s\";regint=%d;answermode=auto%s\n"
              .formatted(user, domain, user, password, outbound, seconds, nat);
      try {
        Files.writeString(directory.resolve("config"), config);
        Files.writeString(directory.resolve("accounts"), account);
        Files.writeString(directory.resolve("contacts"), "");
        Files.write(directory.resolve("silence.wav"), silence());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    // A second of 8000 samples of 16 bits: the only format its aufile takes.
    private static byte[] silence() {
      int samples = 16_000;
      ByteBuffer wav = ByteBuffer.allocate(44 + samples).order(ByteOrder.LITTLE_ENDIAN);
      wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples);
      wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
      wav.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(16_000);
      wav.putShort((short) 2).putShort((short) 16);
      wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples);
      return wav.array();
    }

    private static String modules() {
      return MODULES.stream()
          .filter(each -> Files.isDirectory(Path.of(each)))
          .findFirst()
          .orElseThrow(() -> new AssertionError("baresip's modules are in none of " + MODULES));
    }
  }
}
