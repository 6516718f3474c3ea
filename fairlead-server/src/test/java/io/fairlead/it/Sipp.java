// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A SIPp that plays a scenario of {@code resources/sipp}. Owned by one test. */
final class Sipp implements AutoCloseable {
  private static final Pattern SDP = Pattern.compile("v=0\\n([a-z]=.*\\n)*");
  private static final Pattern RECEIVED =
      Pattern.compile("message received \\[\\d+\\] bytes ?:\\s+([^\\r\\n]+)");

  private final String scenario;
  private final InetSocketAddress address;
  private final Program program;
  private final @Nullable TlsCoat coat;

  private Sipp(
      String scenario, InetSocketAddress address, Program program, @Nullable TlsCoat coat) {
    this.scenario = scenario;
    this.address = address;
    this.program = program;
    this.coat = coat;
  }

  static Script play(String scenario) {
    return new Script(scenario);
  }

  InetSocketAddress address() {
    return address;
  }

  /** Waits for its end; fails with all it wrote when a call failed. */
  void succeeds() {
    int exit = program.await(Duration.ofSeconds(40));
    if (exit != 0) {
      throw new AssertionError(
          scenario
              + ": exit "
              + exit
              + statistics()
              + "\n"
              + program.tail("errors")
              + program.tail("messages")
              + program.tail("output"));
    }
  }

  boolean running() {
    return program.process().isAlive();
  }

  /** True when its call succeeded; false when it failed. */
  boolean succeeded() {
    return program.await(Duration.ofSeconds(40)) == 0;
  }

  /** Start lines of what it received, in order. */
  List<String> received() {
    return RECEIVED.matcher(program.read("messages")).results().map(m -> m.group(1)).toList();
  }

  long received(String startsWith) {
    return received().stream().filter(line -> line.startsWith(startsWith)).count();
  }

  /** True once it has sent a message whose start line begins so. */
  boolean sent(String startsWith) {
    return program.read("messages").contains("\n\n" + startsWith);
  }

  /** A whole message it received whose start line begins so. */
  String message(String startsWith) {
    String all = program.read("messages");
    return RECEIVED
        .matcher(all)
        .results()
        .filter(m -> m.group(1).startsWith(startsWith))
        .findFirst()
        .map((MatchResult m) -> all.substring(m.start(1), ends(all, m.end())))
        .orElseThrow(() -> new AssertionError(scenario + " received no " + startsWith));
  }

  private static int ends(String all, int from) {
    int end = all.indexOf("-----------------------------------------------", from);
    return end < 0 ? all.length() : end;
  }

  private String statistics() {
    String[] lines = program.read("statistics").split("\n");
    if (lines.length < 2) {
      return "";
    }
    String[] names = lines[0].split(";");
    String[] values = lines[lines.length - 1].split(";");
    Map<String, String> chosen = new TreeMap<>();
    for (int i = 0; i < Math.min(names.length, values.length); i++) {
      if (names[i].endsWith("(C)") && names[i].contains("Call") && !values[i].equals("0")) {
        chosen.put(names[i], values[i]);
      }
    }
    return " " + chosen;
  }

  @Override
  public void close() {
    program.close();
    if (coat != null) {
      coat.close();
    }
  }

  /** What to play, and where. Owned by one test. */
  static final class Script {
    private final String scenario;
    private final Map<String, String> values = new TreeMap<>();
    private final List<String> options = new ArrayList<>();
    private List<String> by = List.of();
    private TestTransport over = TestTransport.UDP;
    private InetSocketAddress address = Loopback.free();
    private @Nullable InetSocketAddress target;
    private int calls = 1;
    private boolean perCall;
    private @Nullable String sdp;
    private int firstRetransmission = 2000;

    private Script(String scenario) {
      this.scenario = scenario;
    }

    Script over(TestTransport transport) {
      over = transport;
      return this;
    }

    Script at(InetSocketAddress local) {
      address = local;
      return this;
    }

    /** Makes it a caller. */
    Script to(InetSocketAddress remote) {
      target = remote;
      return this;
    }

    /** Replaces {@code @name@} in the scenario. */
    Script with(String name, String value) {
      values.put(name, value);
      return this;
    }

    /** It ends after so many calls; 0: never by itself. */
    Script calls(int count) {
      calls = count;
      return this;
    }

    Script rate(int perSecond, Duration hold) {
      options.addAll(
          List.of("-r", String.valueOf(perSecond), "-d", String.valueOf(hold.toMillis())));
      return this;
    }

    /** Retransmits after four seconds and not before. */
    Script patient() {
      firstRetransmission = 4000;
      return this;
    }

    /** Another description of media than that of the scenario. */
    Script sdp(String text) {
      sdp = text;
      return this;
    }

    /** Sends back what comes to its port for media, which stands in its description. */
    Script echoes() {
      InetSocketAddress media = Loopback.free(address.getAddress().getHostAddress());
      options.addAll(List.of("-rtp_echo", "-mp", String.valueOf(media.getPort())));
      return sdp(
          """
          v=0
          o=- 1 1 IN IP[local_ip_type] [local_ip]
          s=-
          c=IN IP[media_ip_type] [media_ip]
          t=0 0
          m=audio %d RTP/AVP 8
          """
              .formatted(media.getPort()));
    }

    /** A socket for each call. */
    Script socketPerCall() {
      perCall = true;
      options.addAll(List.of("-max_socket", "2000"));
      return this;
    }

    /** A command that runs it, such as one that enters a network namespace. */
    Script by(List<String> command) {
      by = command;
      return this;
    }

    Sipp start() {
      Path directory = Program.directory(scenario);
      List<String> command = new ArrayList<>(by);
      command.add(Program.require("sipp", "sip-tester"));
      TlsCoat coat = over == TestTransport.TLS ? coat(target) : null;
      if (target != null) {
        command.add(Loopback.text(coat == null ? target : coat.address()));
        command.addAll(List.of("-recv_timeout", "8000", "-timeout", "35s", "-timeout_error"));
      }
      String host = address.getAddress().getHostAddress();
      command.addAll(List.of("-sf", write(directory, coat), "-i", host, "-mi", host));
      command.addAll(List.of("-p", String.valueOf(address.getPort()), "-t", socket()));
      if (calls > 0) {
        command.addAll(List.of("-m", String.valueOf(calls)));
      }
      command.addAll(List.of("-nostdin", "-buff_size", "1000000"));
      command.addAll(List.of("-trace_err", "-error_file", "errors"));
      command.addAll(List.of("-trace_msg", "-message_file", "messages"));
      command.addAll(List.of("-trace_stat", "-stf", "statistics"));
      command.addAll(options);
      Program program = Program.start("sipp " + scenario, directory, command);
      InetSocketAddress seen = target == null && coat != null ? coat.address() : address;
      Sipp sipp = new Sipp(scenario, seen, program, coat);
      if (target == null) {
        Loopback.awaitTaken(over, address, program.process(), "sipp " + scenario);
      }
      return sipp;
    }

    private TlsCoat coat(@Nullable InetSocketAddress fairlead) {
      return fairlead == null
          ? TlsCoat.before(address, Loopback.free(address.getAddress().getHostAddress()))
          : TlsCoat.toward(fairlead);
    }

    private String socket() {
      return perCall ? over.sippName.replace('1', 'n') : over.sippName;
    }

    private String write(Path directory, @Nullable TlsCoat coat) {
      try (InputStream in =
          Objects.requireNonNull(
              Sipp.class.getResourceAsStream("/sipp/" + scenario + ".xml"), scenario)) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        for (Map.Entry<String, String> value : values.entrySet()) {
          text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        text = text.replace("retrans=\"500\"", "retrans=\"" + firstRetransmission + '"');
        if (sdp != null) {
          text = SDP.matcher(text).replaceAll(Matcher.quoteReplacement(sdp));
        }
        if (coat != null) {
          String contact =
              target == null ? Loopback.text(coat.address()) : "[local_ip]:[local_port]";
          text =
              text.replace("[transport]", "TLS")
                  .replace("[local_ip]:[local_port];transport", contact + ";transport");
        }
        return Files.writeString(directory.resolve("scenario.xml"), text).toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
