// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Locale;

/**
 * One socket that many phones share, and the thread that answers for them: OPTIONS and everything
 * else with 200, a challenge with a password. The pacer sends by it too, from its own thread and
 * its own bytes. Owned by its thread.
 */
final class FarmSocket implements Runnable {
  private static final int BUFFER = 4 << 20;
  private static final byte[] OK = RegisterText.bytes("SIP/2.0 200 OK\r\n");
  private static final String RUN = Long.toHexString(System.nanoTime());
  private static final byte[] NOTHING = {};
  private static final byte[] END = RegisterText.bytes("Content-Length: 0\r\n\r\n");
  private static final String SDP =
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
          + "m=audio 40000 RTP/AVP 0\r\n";

  private final DatagramChannel channel;
  private final FarmSettings settings;
  private final FarmUsers users;
  private final FarmCounts counts;
  private final RegisterText register;
  private final ChallengeAnswer challenges;
  private final byte[] callAnswer;
  private final ReceivedBytes in = new ReceivedBytes();
  private final ByteBuffer received = ByteBuffer.wrap(in.bytes);
  private final byte[] out = new byte[65536];
  private final ByteBuffer toSend = ByteBuffer.wrap(out);

  FarmSocket(FarmSettings settings, String address, FarmUsers users, FarmCounts counts)
      throws IOException {
    this.settings = settings;
    this.users = users;
    this.counts = counts;
    register = new RegisterText(settings.domain(), settings.expires(), RUN);
    challenges = new ChallengeAnswer(settings);
    channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
    channel.bind(new InetSocketAddress(address, 0));
    InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
    callAnswer =
        RegisterText.bytes(
            "Contact: <sip:farm@"
                + address
                + ":"
                + local.getPort()
                + ">\r\n"
                + "Content-Type: application/sdp\r\nContent-Length: "
                + SDP.length()
                + "\r\n\r\n"
                + SDP);
    channel.connect(settings.target());
  }

  /** Sends a REGISTER of this user, written to the pacer's array. */
  void register(int user, byte[] scratch, ByteBuffer wrapped, int nowMs) throws IOException {
    send(wrapped, register.write(scratch, user, users.sending(user, nowMs), NOTHING));
  }

  private void send(ByteBuffer buffer, int length) throws IOException {
    buffer.clear().limit(length);
    try {
      channel.write(buffer);
    } catch (PortUnreachableException e) {
      // What an earlier datagram met; this one was not sent.
      counts.unreachable.increment();
    }
  }

  @Override
  public void run() {
    try {
      while (true) {
        receive();
      }
    } catch (AsynchronousCloseException e) {
      // The farm is over.
    } catch (ClosedChannelException e) {
      // The same, seen before the next read.
    } catch (IOException e) {
      throw new IllegalStateException("a phone's socket failed", e);
    }
  }

  private void receive() throws IOException {
    received.clear();
    try {
      in.length(channel.read(received));
    } catch (PortUnreachableException e) {
      counts.unreachable.increment();
      return;
    }
    if (in.isResponse()) {
      onResponse();
    } else {
      onRequest();
    }
  }

  private void onRequest() throws IOException {
    if (in.isMethod("OPTIONS")) {
      onOptions();
    } else if (in.isMethod("INVITE")) {
      counts.calls.increment();
      send(toSend, in.answer(out, OK, callAnswer));
    } else if (!in.isMethod("ACK")) {
      send(toSend, in.answer(out, OK, END));
    }
  }

  private void onOptions() throws IOException {
    counts.options.increment();
    int user = in.userOfUri();
    if (user < 0 || user >= users.count()) {
      counts.strangers.increment();
    } else {
      users.pinged(user, Farm.nowMs());
    }
    send(toSend, in.answer(out, OK, END));
  }

  private void onResponse() throws IOException {
    int status = in.status();
    int user = in.userOfCallId();
    if (status < 200 || user < 0 || user >= users.count()) {
      return;
    }
    if (status == 200) {
      boolean renewal = users.isRenewing(user);
      if (users.registered(user, Farm.nowMs())) {
        (renewal ? counts.renewed : counts.answered).increment();
      }
    } else if (status == 401 && !settings.password().isEmpty()) {
      onChallenge(user);
    } else {
      counts.refused.increment();
      users.refused(user);
    }
  }

  private void onChallenge(int user) throws IOException {
    counts.challenged.increment();
    String name = String.format(Locale.ROOT, "u%07d", user);
    byte[] line = challenges.line(name, in.values("www-authenticate"));
    if (line.length == 0) {
      counts.refused.increment();
      users.refused(user);
      return;
    }
    send(toSend, register.write(out, user, users.sending(user, Farm.nowMs()), line));
  }

  void close() throws IOException {
    channel.close();
  }
}
