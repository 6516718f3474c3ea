// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend that takes every byte and never answers. Owned by one test. */
final class SilentBackend implements Closeable {
  private final InetSocketAddress address;
  private final List<Closeable> open = new CopyOnWriteArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();

  SilentBackend(TestTransport over) {
    address = Loopback.free();
    try {
      switch (over) {
        case UDP -> hearDatagrams();
        case TCP, TLS -> hearConnections();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void hearDatagrams() throws IOException {
    DatagramSocket socket = new DatagramSocket(address);
    open.add(socket);
    Thread.ofVirtual()
        .start(() -> {
          DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
          try {
            while (true) {
              socket.receive(packet);
              received.add(
                  new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1));
            }
          } catch (IOException closed) {
            // The test is over.
          }
        });
  }

  private void hearConnections() throws IOException {
    ServerSocket server = new ServerSocket(address.getPort(), 50, address.getAddress());
    open.add(server);
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              Socket socket = server.accept();
              open.add(socket);
              Thread.ofVirtual().start(() -> hear(socket));
            }
          } catch (IOException closed) {
            // The test is over.
          }
        });
  }

  private void hear(Socket socket) {
    byte[] buffer = new byte[65536];
    try {
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        received.add(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** What came, whole datagrams or pieces of the stream. */
  List<String> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : open) {
      each.close();
    }
  }
}
