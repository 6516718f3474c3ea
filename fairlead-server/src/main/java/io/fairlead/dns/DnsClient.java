// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Asks DNS servers by UDP, and by TCP when an answer is too long for that (RFC 1035, RFC 6891), one
 * after the other until one answers. Each question has a socket and a number of its own, so that an
 * answer is hard to forge (RFC 5452). Blocks; made for virtual threads.
 *
 * <p>Immutable.
 */
final class DnsClient {
  private static final int UDP_SIZE = 1232;
  private static final int LARGEST = 65_535;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Duration tryTimeout;
  private final int tries;

  DnsClient(Duration tryTimeout, int tries) {
    this.tryTimeout = tryTimeout;
    this.tries = tries;
  }

  /** The answer of the first server that has one. */
  DnsAnswer ask(DnsQuestion question, List<InetSocketAddress> servers) {
    Name name;
    try {
      name = Name.fromString(question.name(), Name.root);
    } catch (TextParseException e) {
      return DnsAnswer.none(Duration.ZERO);
    }
    Record asked = Record.newRecord(name, type(question.type()), DClass.IN);
    String why = "no DNS server";
    for (int round = 0; round < tries; round++) {
      for (InetSocketAddress server : servers) {
        try {
          Message response = exchange(asked, server);
          DnsAnswer answer = DnsAnswerReader.read(response, asked);
          if (answer.outcome() != DnsAnswer.Outcome.FAILED) {
            return answer;
          }
          why = server.getAddress().getHostAddress() + ": " + answer.why();
        } catch (IOException e) {
          why = server.getAddress().getHostAddress() + ": " + e.getMessage();
        }
      }
    }
    return DnsAnswer.failed(why);
  }

  private static int type(DnsRecordType type) {
    return switch (type) {
      case A -> Type.A;
      case AAAA -> Type.AAAA;
      case SRV -> Type.SRV;
      case NAPTR -> Type.NAPTR;
    };
  }

  private Message exchange(Record asked, InetSocketAddress server) throws IOException {
    long untilNs = System.nanoTime() + tryTimeout.toNanos();
    Message response = overUdp(asked, server, true, untilNs);
    // Old servers know no EDNS (RFC 6891 §7).
    if (response.getRcode() == Rcode.FORMERR || response.getRcode() == Rcode.NOTIMP) {
      response = overUdp(asked, server, false, untilNs);
    }
    return response.getHeader().getFlag(Flags.TC) ? overTcp(asked, server, untilNs) : response;
  }

  private static Message query(Record asked, boolean edns) {
    Message query = new Message(RANDOM.nextInt(1 << 16));
    query.getHeader().setOpcode(Opcode.QUERY);
    query.getHeader().setFlag(Flags.RD);
    query.addRecord(asked, Section.QUESTION);
    if (edns) {
      query.addRecord(new OPTRecord(UDP_SIZE, 0, 0), Section.ADDITIONAL);
    }
    return query;
  }

  private static Message overUdp(Record asked, InetSocketAddress server, boolean edns, long untilNs)
      throws IOException {
    Message query = query(asked, edns);
    byte[] bytes = query.toWire();
    byte[] buffer = new byte[4096];
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.send(new DatagramPacket(bytes, bytes.length));
      while (true) {
        socket.setSoTimeout(leftMs(untilNs));
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        Message response = read(Arrays.copyOf(buffer, packet.getLength()), query);
        if (response != null) {
          return response;
        }
      }
    } catch (SocketTimeoutException e) {
      throw new IOException("no answer in time", e);
    }
  }

  private static Message overTcp(Record asked, InetSocketAddress server, long untilNs)
      throws IOException {
    Message query = query(asked, true);
    byte[] bytes = query.toWire(LARGEST);
    ByteBuffer framed = ByteBuffer.allocate(2 + bytes.length);
    framed.putShort((short) bytes.length).put(bytes);
    try (Socket socket = new Socket()) {
      socket.connect(server, leftMs(untilNs));
      OutputStream out = socket.getOutputStream();
      out.write(framed.array());
      out.flush();
      socket.setSoTimeout(leftMs(untilNs));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      Message response = read(answer, query);
      if (response == null) {
        throw new IOException("an answer to another question");
      }
      return response;
    } catch (SocketTimeoutException e) {
      throw new IOException("no answer in time", e);
    }
  }

  // Null when it is no answer to this question.
  private static @Nullable Message read(byte[] bytes, Message query) {
    Message response;
    try {
      response = new Message(bytes);
    } catch (IOException e) {
      return null;
    }
    Record asked = query.getQuestion();
    Record echoed = response.getQuestion();
    boolean ours =
        response.getHeader().getID() == query.getHeader().getID()
            && response.getHeader().getFlag(Flags.QR)
            && (echoed == null
                ? response.getRcode() != Rcode.NOERROR
                : echoed.getName().equals(asked.getName()) && echoed.getType() == asked.getType());
    return ours ? response : null;
  }

  private static int leftMs(long untilNs) throws SocketTimeoutException {
    long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
    if (leftMs <= 0) {
      throw new SocketTimeoutException();
    }
    return (int) Math.min(leftMs, Integer.MAX_VALUE);
  }
}
