// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A socket for media, with an RTP sequence of its own. Owned by one test. */
final class MediaSocket implements AutoCloseable {
  private static final int LIMIT_MS = 3000;
  private static final int HEADER = 12;
  private static final Random PAYLOADS = new Random(20);

  /** What came, and from where. */
  record Received(InetSocketAddress from, ByteBuffer bytes) {}

  private final DatagramSocket socket;
  private final int ssrc = PAYLOADS.nextInt();
  private int sequence = 1000;

  MediaSocket(String host) {
    this(Loopback.free(host));
  }

  MediaSocket(InetSocketAddress at) {
    try {
      socket = new DatagramSocket(at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  /**
   * Where a description, which may be part of a message, wants its media.
   *
   * @param media of the m= line: audio, image
   */
  static InetSocketAddress named(String sdp, String media) {
    Matcher line = Pattern.compile("(?m)^m=" + media + " (\\d+) ").matcher(sdp);
    if (!line.find()) {
      throw new AssertionError("no " + media + " in " + sdp);
    }
    Matcher own =
        Pattern.compile("\\A[^\\n]*\\R(?:[^m\\n][^\\n]*\\R)*?c=IN IP[46] (\\S+)")
            .matcher(sdp.substring(line.start()));
    Matcher common = Pattern.compile("(?m)^c=IN IP[46] (\\S+)").matcher(sdp);
    String host = own.find() ? own.group(1) : common.find() ? common.group(1) : "";
    return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(line.group(1)));
  }

  /** The next RTP packet, with a payload that no other has. */
  byte[] rtp(int payloadType, int length) {
    byte[] payload = new byte[length];
    PAYLOADS.nextBytes(payload);
    return ByteBuffer.allocate(HEADER + length)
        .put((byte) 0x80)
        .put((byte) payloadType)
        .putShort((short) sequence)
        .putInt(sequence++ * 160)
        .putInt(ssrc)
        .put(payload)
        .array();
  }

  void send(InetSocketAddress to, byte[] bytes) {
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next datagram; none within three seconds is a failure. */
  Received receive() {
    Received next = receive(Duration.ofMillis(LIMIT_MS));
    if (next == null) {
      throw new AssertionError("No media came to port " + port());
    }
    return next;
  }

  /** The next datagram, or null where none comes for so long. */
  @Nullable Received receive(Duration limit) {
    try {
      DatagramPacket in = new DatagramPacket(new byte[65536], 65536);
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      socket.receive(in);
      return new Received(
          (InetSocketAddress) in.getSocketAddress(),
          ByteBuffer.wrap(in.getData(), 0, in.getLength()));
    } catch (SocketTimeoutException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that comes until there is a pause. */
  List<ByteBuffer> drain() {
    List<ByteBuffer> all = new ArrayList<>();
    for (Received next = pause(); next != null; next = pause()) {
      all.add(next.bytes());
    }
    return all;
  }

  private @Nullable Received pause() {
    return receive(Duration.ofMillis(150));
  }

  /** Sends it; it must come to the other one as it is, from where the other one is to send to. */
  void delivers(byte[] bytes, InetSocketAddress to, MediaSocket other, InetSocketAddress from) {
    send(to, bytes);
    Received received = other.receive();
    if (!received.bytes().equals(ByteBuffer.wrap(bytes)) || !received.from().equals(from)) {
      throw new AssertionError(
          "sent %s to %s; %s came from %s, not %s"
              .formatted(
                  hex(ByteBuffer.wrap(bytes)), to, hex(received.bytes()), received.from(), from));
    }
  }

  private static String hex(ByteBuffer bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(bytes.remaining(), 16); i++) {
      text.append("%02x".formatted(bytes.get(bytes.position() + i)));
    }
    return text + " (" + bytes.remaining() + " bytes)";
  }

  @Override
  public void close() {
    socket.close();
  }
}
