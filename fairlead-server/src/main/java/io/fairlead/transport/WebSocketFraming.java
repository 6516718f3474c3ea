// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Timer;
import io.fairlead.transport.ListenerMeters.Drop;
import io.fairlead.transport.websocket.ClientHandshake;
import io.fairlead.transport.websocket.CloseCode;
import io.fairlead.transport.websocket.ServerHandshake;
import io.fairlead.transport.websocket.UpgradeResult;
import io.fairlead.transport.websocket.WebSocketFrameListener;
import io.fairlead.transport.websocket.WebSocketFrameReader;
import io.fairlead.transport.websocket.WebSocketFrameWriter;
import io.fairlead.transport.websocket.WebSocketSettings;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SIP on WebSocket (RFC 6455, RFC 7118): one message is one WebSocket message.
 *
 * <pre>
 *            handshake done           close frame sent or received
 *   OPENING ----------------> OPEN ------------------------------> CLOSED
 *      | refused                                                      ^
 *      +--------------------------------------------------------------+
 * </pre>
 *
 * <p>Owned by one loop.
 */
final class WebSocketFraming implements Framing, WebSocketFrameListener {
  private enum State {
    OPENING,
    OPEN,
    CLOSED
  }

  private static final byte[] NOTHING = {};
  private static final byte[] CRLF = {'\r', '\n'};

  private final LayeredConnection carrier;
  private final WebSocketSettings settings;
  private final WebSocketFrameReader reader;
  private final WebSocketFrameWriter writer;
  private final Timer quiet = Timer.of(this::onQuiet);
  private State state = State.OPENING;
  // What has arrived of an HTTP head.
  private byte[] head = NOTHING;
  private @Nullable ClientHandshake asked;
  private long heardNs;
  // Whether, and since when, the peer owes the answer to a ping.
  private boolean pinged;
  private long pingedNs;

  WebSocketFraming(LayeredConnection carrier) {
    this.carrier = carrier;
    WebSocketSettings given = carrier.settings().websocket();
    settings = given == null ? WebSocketSettings.USUAL : given;
    reader = new WebSocketFrameReader(this, carrier.inbound(), carrier.settings().longestMessage());
    writer = new WebSocketFrameWriter(!carrier.inbound());
  }

  // ---- the opening handshake ----

  @Override
  public void begin() {
    if (!carrier.inbound()) {
      ClientHandshake client = ClientHandshake.begin(host(), settings.path());
      asked = client;
      send(client.request());
    }
  }

  private String host() {
    Peer peer = carrier.peer();
    String domain = peer == null ? null : peer.domain();
    int port = carrier.remote().getPort();
    return domain == null
        ? BindAddress.hostPort(carrier.remote().getAddress(), port)
        : domain + ":" + port;
  }

  @Override
  public void received(byte[] bytes, int from, int to) {
    heardNs = carrier.loop().nowNs();
    pinged = false;
    switch (state) {
      case OPENING -> opening(bytes, from, to);
      case OPEN -> reader.received(bytes, from, to);
      case CLOSED -> {}
    }
  }

  private void opening(byte[] bytes, int from, int to) {
    byte[] all = head;
    int begin = 0;
    int end = head.length + to - from;
    if (head.length == 0) {
      all = bytes;
      begin = from;
      end = to;
    } else {
      all = Arrays.copyOf(head, end);
      System.arraycopy(bytes, from, all, head.length, to - from);
    }
    ClientHandshake client = asked;
    int rest = client == null ? serve(all, begin, end) : judge(client, all, begin, end);
    head = state == State.OPENING ? Arrays.copyOfRange(all, begin, end) : NOTHING;
    if (open() && rest < end) {
      reader.received(all, rest, end);
    }
  }

  // Returns where the bytes behind the head begin.
  private int serve(byte[] bytes, int from, int to) {
    ServerHandshake.Answer answer = ServerHandshake.answer(settings, bytes, from, to);
    if (answer.opening() == UpgradeResult.ACCEPTED) {
      send(answer.response());
      opened();
    } else if (answer.opening() != UpgradeResult.INCOMPLETE) {
      state = State.CLOSED;
      carrier.meters().dropped(reason(answer.opening()));
      send(answer.response());
      carrier.end("HTTP " + answer.opening().status());
    }
    return answer.consumed();
  }

  private int judge(ClientHandshake client, byte[] bytes, int from, int to) {
    ClientHandshake.Result result = client.result(bytes, from, to);
    if (result.opening() == UpgradeResult.ACCEPTED) {
      opened();
    } else if (result.opening() != UpgradeResult.INCOMPLETE) {
      state = State.CLOSED;
      carrier.violated(Drop.WEBSOCKET_REFUSED, result.words());
    }
    return result.consumed();
  }

  private void opened() {
    state = State.OPEN;
    asked = null;
    if (settings.pingInterval().isPositive()) {
      carrier.loop().timers().schedule(quiet, settings.pingInterval().toNanos());
    }
    carrier.framed();
  }

  private static Drop reason(UpgradeResult opening) {
    return switch (opening) {
      case PAGE, NOT_FOUND, OTHER_METHOD -> Drop.HTTP_REQUEST;
      case MALFORMED, TOO_LARGE -> Drop.HTTP_MALFORMED;
      case FOREIGN_ORIGIN -> Drop.WEBSOCKET_ORIGIN;
      case INCOMPLETE, ACCEPTED, BAD_UPGRADE, NOT_SIP, OTHER_VERSION -> Drop.WEBSOCKET_REFUSED;
    };
  }

  // ---- frames ----

  @Override
  public boolean open() {
    return state == State.OPEN && carrier.alive();
  }

  @Override
  public void onMessage(byte[] bytes, int from, int to) {
    int breaks = from;
    while (breaks < to && (bytes[breaks] == '\r' || bytes[breaks] == '\n')) {
      breaks++;
    }
    if (breaks < to) {
      carrier.message(bytes, breaks, to);
    } else if (to - from > CRLF.length) {
      // A keep-alive as on a stream (RFC 7118 §6, RFC 5626 §3.5.1).
      carrier.meters().dropped(Drop.KEEP_ALIVE);
      send(writer.text(CRLF));
    } else {
      carrier.pong();
    }
  }

  @Override
  public void onPing(byte[] bytes, int from, int to) {
    send(writer.pong(bytes, from, to));
  }

  @Override
  public void onPong() {
    carrier.pong();
  }

  @Override
  public void onClose(CloseCode code) {
    goodbye(code);
    carrier.end("closed by the peer");
  }

  @Override
  public void onViolation(CloseCode code, String words) {
    goodbye(code);
    boolean tooLong = code.equals(CloseCode.TOO_LONG);
    carrier.violated(tooLong ? Drop.FRAMING : Drop.WEBSOCKET_FRAME, words);
  }

  @Override
  public boolean inMessage() {
    return state == State.OPEN && reader.inMessage();
  }

  @Override
  public void frame(byte[] message, int from, int to, ByteBuffer out) {
    writer.message(message, from, to, out);
  }

  // ---- signs of life ----

  @Override
  public void ping() {
    if (!open()) {
      return;
    }
    if (!pinged) {
      pinged = true;
      pingedNs = carrier.loop().nowNs();
    }
    send(writer.ping());
    carrier.pinged();
  }

  private void onQuiet() {
    if (!open()) {
      return;
    }
    long nowNs = carrier.loop().nowNs();
    long leftNs = heardNs + settings.pingInterval().toNanos() - nowNs;
    if (leftNs <= 0) {
      if (!pinged) {
        ping();
      }
      leftNs = pingedNs + settings.pongTimeout().toNanos() - nowNs;
    }
    if (leftNs <= 0) {
      goodbye(CloseCode.GOING_AWAY);
      carrier.violated(Drop.PONG_TIMEOUT, "no answer to a ping");
    } else if (open()) {
      carrier.loop().timers().schedule(quiet, leftNs);
    }
  }

  // ---- the end ----

  @Override
  public void bye() {
    goodbye(CloseCode.GOING_AWAY);
  }

  @Override
  public void close() {
    state = State.CLOSED;
    head = NOTHING;
    carrier.loop().timers().cancel(quiet);
  }

  private void goodbye(CloseCode code) {
    if (state == State.OPEN) {
      state = State.CLOSED;
      send(writer.close(code));
    }
  }

  private void send(byte[] bytes) {
    carrier.control(bytes, 0, bytes.length);
  }
}
