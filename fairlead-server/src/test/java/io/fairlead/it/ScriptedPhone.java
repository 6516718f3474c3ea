// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A phone with one call by UDP, whose every message the test says, and a socket for media.
 * Retransmissions are passed over. Owned by one test.
 */
final class ScriptedPhone implements AutoCloseable {
  private static final int LIMIT_MS = 8000;

  private final String host;
  private final DatagramSocket socket;
  private final MediaSocket media;
  private final String tag = "t" + UUID.randomUUID();
  private final List<String> route = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Deque<String> pending = new ArrayDeque<>();
  private final List<String> transcript = new ArrayList<>();
  private InetSocketAddress fairlead;
  private String callId = UUID.randomUUID().toString();
  private String local;
  private String remote = "";
  private String target = "";
  private String lastInvite = "";
  private int sequence;
  private int version;
  private boolean inDialog;

  /**
   * @param bound to its address
   * @param fairlead where it sends to
   */
  ScriptedPhone(DatagramSocket bound, InetSocketAddress fairlead) {
    this.fairlead = fairlead;
    socket = bound;
    InetSocketAddress at = (InetSocketAddress) bound.getLocalSocketAddress();
    host = Loopback.host(at);
    media = new MediaSocket(at.getAddress().getHostAddress());
    local = "<sip:phone@" + Loopback.text(at) + ">;tag=" + tag;
  }

  MediaSocket media() {
    return media;
  }

  String callId() {
    return callId;
  }

  /** A description of its audio, PCMA with telephone events, and more lines of that m= line. */
  String sdp(String... attributes) {
    return sdp(media, attributes);
  }

  /** The same with its audio elsewhere. */
  String sdp(MediaSocket audio, String... attributes) {
    StringBuilder text = new StringBuilder(session(plain()));
    text.append("m=audio ").append(audio.port()).append(" RTP/AVP 8 0 13 101\r\n");
    text.append("a=rtpmap:101 telephone-event/8000\r\n");
    for (String each : attributes) {
      text.append(each).append("\r\n");
    }
    return text.toString();
  }

  /** The lines before the first m= line. */
  String session(String address) {
    String family = address.indexOf(':') >= 0 ? "IP6 " : "IP4 ";
    return "v=0\r\no=- 7 "
        + ++version
        + " IN "
        + family
        + plain()
        + "\r\ns=-\r\nc=IN "
        + family
        + address
        + "\r\nt=0 0\r\n";
  }

  private String plain() {
    return host.replace("[", "").replace("]", "");
  }

  /** Sends the INVITE that begins the call, or without one if the description is null, an offer. */
  void invites(String user, @Nullable String sdp) {
    target = "sip:" + user + "@" + Loopback.text(fairlead);
    remote = "<" + target + ">";
    request("INVITE", sdp);
  }

  /** Sends the INVITE where a 302, which it has acknowledged, leads to. */
  void follows(String redirection, String sdp) {
    target = uri(TextPeer.header(redirection, "Contact"));
    String[] place = target.replaceAll("^sip:[^@]*@|[;?].*$", "").split(":");
    fairlead = new InetSocketAddress(place[0], Integer.parseInt(place[1]));
    request("INVITE", sdp);
  }

  /** Sends an INVITE in the call. */
  void reinvites(@Nullable String sdp) {
    request("INVITE", sdp);
  }

  void hangsUp() {
    request("BYE", null);
  }

  /** Sends any request of the call, with or without a description. */
  void request(String method, @Nullable String sdp) {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(target).append(" SIP/2.0\r\n");
    text.append("Via: SIP/2.0/UDP ").append(address());
    text.append(";rport;branch=z9hG4bK").append(UUID.randomUUID()).append("\r\n");
    route.forEach(each -> text.append("Route: ").append(each).append("\r\n"));
    text.append("From: ").append(local).append("\r\nTo: ").append(remote);
    text.append("\r\nCall-ID: ").append(callId);
    text.append("\r\nCSeq: ").append(++sequence).append(' ').append(method);
    text.append("\r\nMax-Forwards: 70\r\n").append(contact());
    String whole = withBody(text, sdp);
    if (method.equals("INVITE")) {
      lastInvite = whole;
    }
    send(whole);
  }

  private String contact() {
    return "Contact: <sip:phone@" + address() + ">\r\n";
  }

  private String address() {
    return host + ":" + socket.getLocalPort();
  }

  private static String withBody(StringBuilder head, @Nullable String sdp) {
    String body = sdp == null ? "" : sdp;
    if (sdp != null) {
      head.append("Content-Type: application/sdp\r\n");
    }
    return head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** Acknowledges the last INVITE's final response, with or without a description. */
  void acknowledges(String response, @Nullable String sdp) {
    boolean success = TextPeer.status(response) < 300;
    if (success && !inDialog) {
      remote = TextPeer.header(response, "To");
      target = uri(TextPeer.header(response, "Contact"));
      recordRoute(response);
      Collections.reverse(route);
      inDialog = true;
    }
    StringBuilder text = new StringBuilder("ACK ");
    text.append(success ? target : lastInvite.split(" ")[1]).append(" SIP/2.0\r\n");
    String via = TextPeer.header(lastInvite, "Via");
    text.append("Via: ").append(success ? via.replace("z9hG4bK", "z9hG4bKack") : via);
    text.append("\r\n");
    if (success || inDialog) {
      route.forEach(each -> text.append("Route: ").append(each).append("\r\n"));
    }
    text.append("From: ").append(local).append("\r\nTo: ");
    text.append(TextPeer.header(response, "To")).append("\r\nCall-ID: ").append(callId);
    text.append("\r\nCSeq: ").append(TextPeer.header(response, "CSeq").replace("INVITE", "ACK"));
    text.append("\r\nMax-Forwards: 70\r\n");
    send(withBody(text, sdp));
  }

  /** Answers a request, with or without a description. */
  void answers(String request, int status, @Nullable String sdp) {
    if (request.startsWith("INVITE") && !inDialog && status < 300 && status > 100) {
      callId = TextPeer.header(request, "Call-ID");
      remote = TextPeer.header(request, "From");
      local = TextPeer.header(request, "To") + ";tag=" + tag;
      target = uri(TextPeer.header(request, "Contact"));
      route.clear();
      recordRoute(request);
      inDialog = status >= 200;
    }
    StringBuilder text = new StringBuilder("SIP/2.0 " + status + " Said\r\n");
    for (String name : List.of("Via", "Record-Route", "From")) {
      TextPeer.headers(request, name)
          .forEach(value -> text.append(name).append(": ").append(value).append("\r\n"));
    }
    String to = TextPeer.header(request, "To");
    text.append("To: ").append(to.contains("tag=") ? to : to + ";tag=" + tag);
    text.append("\r\nCall-ID: ").append(TextPeer.header(request, "Call-ID"));
    text.append("\r\nCSeq: ").append(TextPeer.header(request, "CSeq")).append("\r\n");
    text.append(contact());
    send(withBody(text, sdp));
  }

  private void recordRoute(String message) {
    for (String value : TextPeer.headers(message, "Record-Route")) {
      Collections.addAll(route, value.split("\\s*,\\s*"));
    }
  }

  private static String uri(String contact) {
    return contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
  }

  private void send(String message) {
    transcript.add(">>> " + message);
    byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, fairlead));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message that begins so; none within eight seconds is a failure. */
  String awaits(String begins) {
    String message = polls(begins, Duration.ofMillis(LIMIT_MS));
    if (message.isEmpty()) {
      throw new AssertionError("No " + begins + " came.\n" + String.join("\n", transcript));
    }
    return message;
  }

  /** The next message that begins so, or an empty one where none comes for so long. */
  String polls(String begins, Duration limit) {
    for (String each : pending) {
      if (each.startsWith(begins)) {
        pending.remove(each);
        return each;
      }
    }
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      String message = receive(Math.toIntExact(left));
      if (message.isEmpty()) {
        return message;
      }
      boolean fresh =
          seen.add(
              message.substring(0, message.indexOf('\r'))
                  + TextPeer.header(message, "Via")
                  + TextPeer.header(message, "CSeq"));
      if (fresh && message.startsWith(begins)) {
        return message;
      }
      if (fresh && !message.startsWith("SIP/2.0 100")) {
        pending.add(message);
      }
    }
    return "";
  }

  private String receive(int limitMs) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
      socket.setSoTimeout(limitMs);
      socket.receive(packet);
      fairlead = (InetSocketAddress) packet.getSocketAddress();
      String message =
          new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
      transcript.add("<<< " + message);
      return message;
    } catch (SocketTimeoutException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    socket.close();
    media.close();
  }
}
