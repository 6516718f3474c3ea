// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.server.FuzzMessages.Dialog;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A phone or a backend of a {@link FuzzWorld}: it begins calls, answers them, cancels, hangs up,
 * and does each of it now and then wrongly. What it is sent must be a message without fault. Owned
 * by the test's thread.
 */
final class FuzzPeer implements VirtualNet.Peer, FuzzMessages.Sender {
  private static final int REMEMBERED = 24;

  private final FuzzWorld world;
  private final SplittableRandom random;
  private final FuzzMessages messages;
  private final InetSocketAddress address;
  private final Transport transport;
  private final List<Dialog> dialogs = new ArrayList<>();
  private final Map<String, MessageDraft> sent = remembering();
  private final Map<String, MessageDraft> asked = remembering();
  private final Map<String, VirtualNet.Link> waysBack = remembering();
  private VirtualNet.@Nullable Connection connection;

  FuzzPeer(FuzzWorld world, InetSocketAddress address, Transport transport) {
    this.world = world;
    this.random = world.random();
    this.messages = world.messages();
    this.address = address;
    this.transport = transport;
    world.net().open(address, this);
  }

  private static <T> Map<String, T> remembering() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  @Override
  public String at() {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  @Override
  public String transport() {
    return transport.viaToken();
  }

  InetSocketAddress address() {
    return address;
  }

  // ---- what it begins ----

  void beginSomething() {
    send(messages.outside(this));
  }

  void call() {
    send(messages.outside(this, "INVITE"));
  }

  void speakInDialog() {
    if (!dialogs.isEmpty()) {
      send(messages.inside(this, any(dialogs)));
    }
  }

  void cancelSomething() {
    MessageDraft invite = anyOf(sent, "INVITE");
    if (invite != null) {
      send(FuzzMessages.hop(invite, "CANCEL", invite.first("to")));
    }
  }

  void answerAgain() {
    MessageDraft request = anyOf(asked, "");
    if (request != null) {
      answer(request, messages.finalStatus(), messages.mint("late"));
    }
  }

  void replay(MessageDraft message) {
    raw(message.text());
  }

  void hangUp() {
    VirtualNet.Connection open = connection;
    if (open != null && open.open()) {
      open.hangUp();
    }
  }

  private void send(MessageDraft request) {
    sent.put(request.transaction(), request);
    world.mutator().hear(request);
    raw(request.text());
  }

  private void raw(String text) {
    link().send(world.changed(text));
  }

  private VirtualNet.Link link() {
    if (!transport.reliable()) {
      return world.net().udp(address, world.net().listener(CapturedFlow.UDP, ServerRig.FAIRLEAD));
    }
    VirtualNet.Connection open = connection;
    if (open == null || !open.open()) {
      open =
          world
              .net()
              .connect(
                  VirtualNet.at(address.getAddress().getHostAddress(), world.nextPort()),
                  world.net().listener(CapturedFlow.TCP, ServerRig.FAIRLEAD),
                  this);
      connection = open;
    }
    return open.end();
  }

  // ---- what comes ----

  @Override
  public void onMessage(VirtualNet.Link link, String text) {
    if (text.isBlank()) {
      link.send("\r\n");
      return;
    }
    MessageDraft message = MessageDraft.of(text);
    if (!isRefusal(message.status())) {
      // Without fault, or it throws.
      Seen.of(text);
    }
    world.mutator().hear(message);
    if (message.isRequest()) {
      waysBack.put(message.transaction() + message.method(), link);
      onRequest(message);
    } else {
      onResponse(message);
    }
  }

  // What is refused for its grammar is repeated as it was.
  private static boolean isRefusal(int status) {
    return status == 400 || status == 416 || status == 505 || status == 513;
  }

  private void onRequest(MessageDraft request) {
    asked.put(request.transaction() + request.method(), request);
    switch (request.method()) {
      case "ACK" -> {}
      case "CANCEL" -> {
        answer(request, 200, "c");
        MessageDraft invite = asked.get(request.transaction() + "INVITE");
        if (invite != null && (world.ending() || random.nextInt(5) != 0)) {
          answer(invite, 487, "c");
        }
      }
      default -> decide(request);
    }
  }

  private void decide(MessageDraft request) {
    String tag = messages.mint("t");
    if (world.ending()) {
      answer(request, request.method().equals("INVITE") ? 486 : 200, tag);
      return;
    }
    if (random.nextInt(9) == 0) {
      return;
    }
    int delay = random.nextInt(20);
    for (int i = random.nextInt(3); i > 0; i--) {
      int status = messages.provisional();
      after(delay, () -> answer(request, status, tag));
      delay += random.nextInt(400);
    }
    if (random.nextInt(8) == 0) {
      delay += random.nextInt(40_000);
    }
    if (random.nextInt(8) != 0) {
      int status = messages.finalStatus();
      after(delay, () -> answer(request, status, tag));
      if (random.nextInt(8) == 0) {
        String other = random.nextBoolean() ? tag : messages.mint("t");
        after(delay + random.nextInt(700), () -> answer(request, status, other));
      }
    }
  }

  private void after(long ms, Runnable action) {
    world.net().after(ms, action);
  }

  private void answer(MessageDraft request, int status, String tag) {
    VirtualNet.Link back = waysBack.get(request.transaction() + request.method());
    if (back == null) {
      return;
    }
    MessageDraft response = messages.response(this, request, status, tag);
    world.mutator().hear(response);
    if (status >= 180 && status < 300 && request.method().equals("INVITE")) {
      remember(FuzzMessages.ofCallee(request, response));
    }
    back.send(world.changed(response.text()));
  }

  private void onResponse(MessageDraft response) {
    world.answered(response);
    MessageDraft request = sent.get(response.transaction());
    if (request == null) {
      return;
    }
    int status = response.status();
    if (!request.method().equals("INVITE") || !response.method().equals("INVITE")) {
      return;
    }
    if (status > 100 && status < 300) {
      Dialog dialog = FuzzMessages.ofCaller(response);
      remember(dialog);
      if (status >= 200 && (world.ending() || random.nextInt(10) != 0)) {
        send(messages.inside(this, dialog, "ACK", response.cseq()));
      }
      if (status >= 200 && world.ending()) {
        send(messages.inside(this, dialog, "BYE", response.cseq() + 1));
      }
    } else if (status >= 300 && (world.ending() || random.nextInt(10) != 0)) {
      raw(FuzzMessages.hop(request, "ACK", response.first("to")).text());
    }
  }

  private void remember(Dialog dialog) {
    if (dialogs.size() >= REMEMBERED) {
      dialogs.remove(random.nextInt(dialogs.size()));
    }
    dialogs.add(dialog);
  }

  private @Nullable MessageDraft anyOf(Map<String, MessageDraft> messages, String method) {
    List<MessageDraft> fitting =
        messages.values().stream()
            .filter(d -> method.isEmpty() || d.method().equals(method))
            .toList();
    return fitting.isEmpty() ? null : any(fitting);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
