// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A backend over UDP that answers every request with 200 at once. Owned by one test. */
final class AnsweringBackend implements AutoCloseable {
  private final DatagramSocket socket;
  private final Thread thread = Thread.ofVirtual().unstarted(this::run);

  AnsweringBackend() {
    try {
      socket = new DatagramSocket(Loopback.free());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread.start();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void run() {
    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
    while (true) {
      try {
        packet.setLength(65536);
        socket.receive(packet);
        String request =
            new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
        if (!request.startsWith("ACK") && !request.startsWith("SIP/2.0")) {
          byte[] answer = answer(request).getBytes(StandardCharsets.ISO_8859_1);
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // A peer that died had its port unreachable.
        if (socket.isClosed()) {
          return;
        }
      }
    }
  }

  private String answer(String request) {
    StringBuilder text = new StringBuilder("SIP/2.0 200 OK\r\n");
    for (String name : new String[] {"Via", "Record-Route", "From", "Call-ID", "CSeq"}) {
      TextPeer.headers(request, name)
          .forEach(value -> text.append(name).append(": ").append(value).append("\r\n"));
    }
    String to = TextPeer.header(request, "To");
    text.append("To: ").append(to).append(to.contains("tag=") ? "" : ";tag=b").append("\r\n");
    text.append("Contact: <sip:b@").append(Loopback.text(address())).append(">\r\n");
    return text.append("Content-Length: 0\r\n\r\n").toString();
  }

  @Override
  public void close() {
    socket.close();
  }
}
