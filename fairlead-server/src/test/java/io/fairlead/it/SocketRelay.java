// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.sdp.OfferAnswer.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A relay of one call by two plain sockets, to try what stands before a relay. */
final class SocketRelay implements MediaEngine, AutoCloseable {
  private volatile @Nullable Relayed call;

  /** The ports towards the caller and the callee; none while there is no call. */
  List<Integer> ports() {
    Relayed now = call;
    return now == null
        ? List.of()
        : List.of(now.callers.getLocalPort(), now.callees.getLocalPort());
  }

  @Override
  public String name() {
    return "sockets";
  }

  @Override
  public MediaCall open(MediaRequest request, MediaObserver observer) {
    Relayed opened = new Relayed();
    call = opened;
    return opened;
  }

  @Override
  public void close() {
    Relayed now = call;
    if (now != null) {
      now.end(report -> {});
    }
  }

  /** One call. */
  private final class Relayed implements MediaCall {
    private final DatagramSocket callers = socket();
    private final DatagramSocket callees = socket();
    private volatile @Nullable InetSocketAddress caller;
    private volatile @Nullable InetSocketAddress callee;

    Relayed() {
      Thread.ofVirtual().start(() -> pass(callers, callees, () -> callee));
      Thread.ofVirtual().start(() -> pass(callees, callers, () -> caller));
    }

    private static DatagramSocket socket() {
      try {
        return new DatagramSocket(Loopback.free());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    // Until the socket is closed.
    private void pass(
        DatagramSocket in, DatagramSocket out, Supplier<@Nullable InetSocketAddress> whom) {
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      while (!in.isClosed()) {
        try {
          in.receive(packet);
          InetSocketAddress to = whom.get();
          if (to != null) {
            out.send(new DatagramPacket(packet.getData(), packet.getLength(), to));
          }
        } catch (IOException e) {
          in.close();
        }
      }
    }

    @Override
    public void describe(ReceivedDescription description, Outcome outcome) {
      String sdp = new String(description.sdp(), StandardCharsets.UTF_8);
      boolean ofCaller = description.from() == Side.CALLER;
      if (ofCaller) {
        caller = RtpEnd.place(sdp);
      } else {
        callee = RtpEnd.place(sdp);
      }
      int port = (ofCaller ? callees : callers).getLocalPort();
      byte[] out =
          sdp.replaceFirst("m=audio [0-9]+", "m=audio " + port).getBytes(StandardCharsets.UTF_8);
      outcome.rewritten(out, 0, out.length);
    }

    @Override
    public void rejected(Side offerer) {}

    @Override
    public void moveCallee(String calleeNetwork) {}

    @Override
    public void end(Consumer<MediaReport> then) {
      call = null;
      callers.close();
      callees.close();
      then.accept(MediaReport.NONE);
    }

    @Override
    public MediaReport report() {
      return MediaReport.NONE;
    }
  }
}
