// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A caller that sends and receives text, for what a SIPp scenario cannot say. Owned by one test.
 */
final class TextPeer implements AutoCloseable {
  private static final int LIMIT_MS = 8000;

  private final InetSocketAddress target;
  private final TestTransport over;
  private final @Nullable DatagramSocket datagrams;
  private final @Nullable Socket stream;
  private final List<String> transcript = new ArrayList<>();

  TextPeer(TestTransport over, InetSocketAddress target) {
    this.over = over;
    this.target = target;
    try {
      if (over == TestTransport.UDP) {
        stream = null;
        datagrams = new DatagramSocket(Loopback.free());
        datagrams.connect(target);
        datagrams.setSoTimeout(LIMIT_MS);
      } else {
        datagrams = null;
        stream = socket();
        stream.setSoTimeout(LIMIT_MS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket socket() throws IOException {
    return over == TestTransport.TLS
        ? Authority.ours().connect(target)
        : new Socket(target.getAddress(), target.getPort());
  }

  /** Its own address, {@code 127.0.0.1:40000}. */
  String local() {
    return Loopback.host(target)
        + ":"
        + (datagrams != null
            ? datagrams.getLocalPort()
            : Objects.requireNonNull(stream).getLocalPort());
  }

  String via(String branch) {
    return "SIP/2.0/" + over.token() + " " + local() + ";branch=z9hG4bK" + branch + ";rport";
  }

  /** Sends a request whose lines are given; Content-Length is added. */
  void send(String... lines) {
    String message = String.join("\r\n", lines) + "\r\nContent-Length: 0\r\n\r\n";
    transcript.add(">>> " + message);
    byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
    try {
      if (datagrams != null) {
        datagrams.send(new DatagramPacket(bytes, bytes.length));
      } else {
        Objects.requireNonNull(stream).getOutputStream().write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message; none within eight seconds is a failure. */
  String receive() {
    try {
      String message = datagrams != null ? datagram(datagrams) : framed();
      transcript.add("<<< " + message);
      return message;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("Nothing came.\n" + String.join("\n", transcript), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next final response; provisional ones before it are passed over. */
  String receiveFinal() {
    String message = receive();
    while (message.startsWith("SIP/2.0 1")) {
      message = receive();
    }
    return message;
  }

  private static String datagram(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
  }

  private String framed() throws IOException {
    InputStream in = Objects.requireNonNull(stream).getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("The connection was closed by Fairlead");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    int length = Integer.parseInt(header(text, "Content-Length"));
    return text + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  /** The first value of a header in a message. */
  static String header(String message, String name) {
    Matcher line =
        Pattern.compile("(?im)^" + Pattern.quote(name) + "\\s*:\\s*(.*?)\\s*$").matcher(message);
    if (!line.find()) {
      throw new AssertionError("No " + name.toLowerCase(Locale.ROOT) + " in\n" + message);
    }
    return line.group(1);
  }

  /** All values of a header in a message, in order. */
  static List<String> headers(String message, String name) {
    return Pattern.compile("(?im)^" + Pattern.quote(name) + "\\s*:\\s*(.*?)\\s*$")
        .matcher(message)
        .results()
        .map(line -> line.group(1))
        .toList();
  }

  static int status(String response) {
    return Integer.parseInt(response.substring(8, 11));
  }

  @Override
  public void close() throws IOException {
    if (datagrams != null) {
      datagrams.close();
    }
    if (stream != null) {
      stream.close();
    }
  }
}
