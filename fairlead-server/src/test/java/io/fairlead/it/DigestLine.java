// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.fairlead.cli.demo.attack.DigestAnswer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A socket over UDP or TCP from an address of its own that registers users and asks. Owned by one
 * test.
 */
final class DigestLine implements AutoCloseable {
  private static final String DOMAIN = "127.0.0.9";
  private static final int WAIT_MS = 2000;
  private static final Pattern CHALLENGE =
      Pattern.compile("^WWW-Authenticate: *(.*)$", Pattern.MULTILINE);

  private final SplittableRandom random = new SplittableRandom();
  private final String host;
  private final @Nullable Socket tcp;
  private final @Nullable DatagramSocket udp;
  private int cseq;

  private DigestLine(String host, @Nullable Socket tcp, @Nullable DatagramSocket udp) {
    this.host = host;
    this.tcp = tcp;
    this.udp = udp;
  }

  static DigestLine overUdp(String host, InetSocketAddress to) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
    socket.connect(to);
    socket.setSoTimeout(WAIT_MS);
    return new DigestLine(host, null, socket);
  }

  static DigestLine overTcp(String host, InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(host, 0));
    socket.connect(to, WAIT_MS);
    socket.setSoTimeout(WAIT_MS);
    return new DigestLine(host, socket, null);
  }

  /** Registers with a password; the answer to the attempt with it. */
  String register(String user, String password) throws IOException {
    Matcher challenge = CHALLENGE.matcher(challenge(user));
    if (!challenge.find()) {
      throw new IOException("not challenged");
    }
    String uri = "sip:" + DOMAIN;
    return ask(
        "REGISTER",
        uri,
        user,
        DigestAnswer.to(challenge.group(1).trim(), user, password, uri, random));
  }

  /** The answer to a REGISTER without credentials. */
  String challenge(String user) throws IOException {
    return ask("REGISTER", "sip:" + DOMAIN, user, "");
  }

  /** Sends an OPTIONS for a user and waits for nothing. */
  void options(String user, String agent) throws IOException {
    send(text("OPTIONS", "sip:" + user + "@" + DOMAIN, user, "User-Agent: " + agent + "\r\n"));
  }

  private String ask(String method, String uri, String user, String lines) throws IOException {
    send(text(method, uri, user, lines));
    return receive();
  }

  private String text(String method, String uri, String user, String lines) {
    cseq++;
    String id = Long.toHexString(random.nextLong());
    return """
    %1$s %2$s SIP/2.0
    Via: SIP/2.0/%3$s %4$s:5060;rport;branch=z9hG4bK-%5$s
    Max-Forwards: 70
    From: <sip:%6$s@%7$s>;tag=%5$s
    To: <sip:%6$s@%7$s>
    Call-ID: %5$s
    CSeq: %8$d %1$s
    Contact: <sip:%6$s@%4$s:5060>
    %9$sContent-Length: 0

    """
        .replace("\n", "\r\n")
        .formatted(method, uri, udp == null ? "TCP" : "UDP", host, id, user, DOMAIN, cseq, lines);
  }

  private void send(String text) throws IOException {
    byte[] bytes = text.getBytes(US_ASCII);
    if (udp != null) {
      udp.send(new DatagramPacket(bytes, bytes.length));
    } else if (tcp != null) {
      tcp.getOutputStream().write(bytes);
    }
  }

  /** The next response. */
  String receive() throws IOException {
    if (udp != null) {
      return receive(udp);
    }
    StringBuilder text = new StringBuilder();
    InputStream in = requireNonNull(tcp).getInputStream();
    while (text.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      text.append((char) next);
    }
    return text.toString();
  }

  // Who is registered is asked too whether he is still there.
  private static String receive(DatagramSocket udp) throws IOException {
    String text = "";
    while (!text.startsWith("SIP/2.0 ")) {
      DatagramPacket packet = new DatagramPacket(new byte[4000], 4000);
      udp.receive(packet);
      text = new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    }
    return text;
  }

  @Override
  public void close() throws IOException {
    if (udp != null) {
      udp.close();
    } else if (tcp != null) {
      tcp.close();
    }
  }
}
