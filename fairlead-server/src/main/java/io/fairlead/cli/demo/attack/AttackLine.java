// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** How an attacker reaches its target, over UDP or TCP. Owned by one thread. */
sealed interface AttackLine extends AutoCloseable {
  /** What goes on is worth no longer wait, in milliseconds. */
  int WAIT_MS = 1000;

  /** The word in Via. */
  String transport();

  /** Sends a request. */
  void send(String request) throws IOException;

  /**
   * The next response.
   *
   * @throws IOException when none comes
   */
  String receive() throws IOException;

  @Override
  void close() throws IOException;

  /** A line over TCP. */
  static AttackLine overTcp(InetAddress from, InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    try {
      socket.bind(new InetSocketAddress(from, 0));
      socket.setSoTimeout(WAIT_MS);
      socket.connect(to, WAIT_MS);
      return new OverTcp(socket, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** A line over UDP. */
  static AttackLine overUdp(InetAddress from, InetSocketAddress to) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, from);
    socket.connect(to);
    socket.setSoTimeout(WAIT_MS);
    return new OverUdp(socket);
  }

  /** Over TCP. Responses to attackers have no body. Owned by one thread. */
  record OverTcp(Socket socket, InputStream in, OutputStream out) implements AttackLine {
    @Override
    public String transport() {
      return "TCP";
    }

    @Override
    public void send(String request) throws IOException {
      out.write(request.getBytes(US_ASCII));
    }

    @Override
    public String receive() throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.length() < 4
          || !"\r\n\r\n".contentEquals(text.subSequence(text.length() - 4, text.length()))) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException();
        }
        text.append((char) next);
      }
      return text.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Over UDP. Owned by one thread. */
  record OverUdp(DatagramSocket socket) implements AttackLine {
    @Override
    public String transport() {
      return "UDP";
    }

    @Override
    public void send(String request) throws IOException {
      byte[] bytes = request.getBytes(US_ASCII);
      socket.send(new DatagramPacket(bytes, bytes.length));
    }

    @Override
    public String receive() throws IOException {
      DatagramPacket packet = new DatagramPacket(new byte[4000], 4000);
      socket.receive(packet);
      return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
