// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static io.fairlead.esl.EslSessionError.CLOSED;
import static io.fairlead.esl.EslSessionError.MALFORMED;
import static io.fairlead.esl.EslSessionError.NOT_ALLOWED;
import static io.fairlead.esl.EslSessionError.NOT_FREESWITCH;
import static io.fairlead.esl.EslSessionError.SILENT;
import static io.fairlead.esl.EslSessionError.UNREACHABLE;
import static io.fairlead.esl.EslSessionError.WRONG_PASSWORD;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.config.Durations;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Objects;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an event socket. Its methods block; whatever goes wrong is told by a {@link
 * Trouble}, after which the connection is of no use.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class EslConnection {
  // A peer that is gone is noticed after 10 + 3 * 5 s, also where nobody asks it anything.
  private static final Map<SocketOption<Integer>, Integer> KEEPALIVE =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, 10,
          ExtendedSocketOptions.TCP_KEEPINTERVAL, 5,
          ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

  // CUSTOM and its subclasses must be the last. Of calls nothing: their events are very many.
  private static final String EVENTS =
      "HEARTBEAT SHUTDOWN CUSTOM sofia::register sofia::unregister sofia::expire"
          + " conference::maintenance callcenter::info fifo::info";

  private final EslTarget target;
  private final Socket socket = new Socket();
  private final EslFrameReader reader = new EslFrameReader();
  private final byte[] chunk = new byte[8192];
  private boolean patient;
  private long untilNs;

  EslConnection(EslTarget target) {
    this.target = target;
  }

  /** Connects, and shows the password; null when all went well. */
  @Nullable EslFailure open() {
    try {
      tune();
      socket.connect(target.address(), Math.toIntExact(target.settings().timeout().toMillis()));
    } catch (SocketTimeoutException _) {
      return new EslFailure(UNREACHABLE, "no connection to " + where() + inTime());
    } catch (UnknownHostException _) {
      return new EslFailure(UNREACHABLE, "its host name has no address: " + where());
    } catch (IOException e) {
      return new EslFailure(UNREACHABLE, "no connection to " + where() + ": " + e.getMessage());
    }
    EslFailure trouble = greet();
    return trouble == null ? authenticate() : trouble;
  }

  private void tune() throws IOException {
    socket.setTcpNoDelay(true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    for (Map.Entry<SocketOption<Integer>, Integer> each : KEEPALIVE.entrySet()) {
      if (socket.supportedOptions().contains(each.getKey())) {
        socket.setOption(each.getKey(), each.getValue());
      }
    }
  }

  private @Nullable EslFailure greet() {
    begin();
    return switch (read()) {
      case EslReadResult.Failed(EslFailure(EslSessionError problem, String why))
          when problem == SILENT || reader.isForeign() ->
          new EslFailure(NOT_FREESWITCH, problem == SILENT ? "no greeting" + inTime() : why);
      case EslReadResult.Failed(EslFailure trouble) -> trouble;
      case EslReadResult.Got(EslFrame frame) when frame.type().equals("auth/request") -> null;
      case EslReadResult.Got(EslFrame frame) ->
          new EslFailure(NOT_FREESWITCH, "a greeting of the type " + shown(frame.type()));
    };
  }

  private @Nullable EslFailure authenticate() {
    return switch (ask("auth " + target.settings().password().text())) {
      case EslReadResult.Failed(EslFailure trouble) -> trouble;
      case EslReadResult.Got(EslFrame frame) when frame.reply().startsWith("+OK") -> null;
      case EslReadResult.Got(EslFrame frame) ->
          new EslFailure(WRONG_PASSWORD, "the password is refused: " + shown(frame.reply()));
    };
  }

  /** Asks for events: as JSON, or else plain. */
  @Nullable EslFailure subscribe() {
    EslFailure trouble = null;
    for (String format : new String[] {"json ", "plain "}) {
      switch (ask("event " + format + EVENTS)) {
        case EslReadResult.Failed(EslFailure failed) -> {
          return failed;
        }
        case EslReadResult.Got(EslFrame frame) when frame.reply().startsWith("+OK") -> {
          return null;
        }
        case EslReadResult.Got(EslFrame frame) ->
            trouble = new EslFailure(NOT_ALLOWED, "events are refused: " + shown(frame.reply()));
      }
    }
    return trouble;
  }

  // Events that overtake an answer are passed over: who listens begins with what is so then.
  private EslReadResult ask(String command) {
    begin();
    EslFailure trouble = send(command);
    if (trouble != null) {
      return new EslReadResult.Failed(trouble);
    }
    EslReadResult read = read();
    while (read instanceof EslReadResult.Got(EslFrame frame)
        && !frame.type().equals("command/reply")) {
      read = read();
    }
    return read;
  }

  /** Sends a command; one at a time. */
  @Nullable EslFailure send(String command) {
    try {
      socket.getOutputStream().write((command + "\n\n").getBytes(UTF_8));
      return null;
    } catch (IOException e) {
      return new EslFailure(CLOSED, "cut: " + e.getMessage());
    }
  }

  private void begin() {
    patient = false;
    untilNs = System.nanoTime() + target.settings().timeout().toNanos();
  }

  /** The next frame, however long that takes. */
  EslReadResult await() {
    patient = true;
    return read();
  }

  private EslReadResult read() {
    try {
      while (true) {
        EslFrame frame = reader.next();
        if (frame != null) {
          return sorted(frame);
        }
        EslFailure trouble = judged();
        if (trouble != null) {
          return new EslReadResult.Failed(trouble);
        }
        socket.setSoTimeout(patient ? 0 : leftMs());
        int count = socket.getInputStream().read(chunk);
        if (count < 0) {
          return new EslReadResult.Failed(new EslFailure(CLOSED, "it closed the connection"));
        }
        reader.received(chunk, 0, count);
      }
    } catch (SocketTimeoutException _) {
      return new EslReadResult.Failed(new EslFailure(SILENT, "no answer" + inTime()));
    } catch (IOException e) {
      String why = Objects.toString(e.getMessage(), "the connection is lost");
      // The kernel's word when keepalives stay without an answer.
      return new EslReadResult.Failed(
          new EslFailure(why.contains("timed out") ? SILENT : CLOSED, why));
    }
  }

  private @Nullable EslFailure judged() {
    if (reader.isForeign()) {
      return new EslFailure(NOT_FREESWITCH, "what it says first is no event socket's greeting");
    }
    String problem = reader.problem();
    return problem == null ? null : new EslFailure(MALFORMED, problem);
  }

  private static EslReadResult sorted(EslFrame frame) {
    return switch (frame.type()) {
      case "text/rude-rejection" ->
          new EslReadResult.Failed(
              new EslFailure(NOT_ALLOWED, "its access list does not have our address"));
      case "text/disconnect-notice" ->
          new EslReadResult.Failed(
              new EslFailure(CLOSED, "it said goodbye: " + shown(frame.text())));
      default -> new EslReadResult.Got(frame);
    };
  }

  // What a peer wrote, for a line of the log.
  private static String shown(String text) {
    String line = text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return line.length() > 80 ? line.substring(0, 80) + "..." : line;
  }

  private int leftMs() throws SocketTimeoutException {
    long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
    if (leftMs <= 0) {
      throw new SocketTimeoutException();
    }
    return Math.toIntExact(leftMs);
  }

  private String where() {
    String host = target.address().getHostString();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + target.address().getPort();
  }

  private String inTime() {
    return " within " + Durations.text(target.settings().timeout());
  }

  /** Ends it; may be called by any thread, and ends what the others do. */
  void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // Closed it is in any case.
    }
  }
}
