// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.util.ArrayList;
import java.util.List;

/**
 * One side's view of a dialog (RFC 3261 §12), with all that it saw of it. Owned by the test's
 * thread.
 */
final class Leg {
  final FakeAgent agent;
  final String callId;
  final String localTag;
  final List<Seen> responses = new ArrayList<>();
  final List<Seen> requests = new ArrayList<>();
  String local;
  String remote;
  String remoteTag = "";
  String target;
  List<String> routes = List.of();
  int cseq = 1;
  int inviteCseq;
  boolean acknowledges = true;
  boolean timedOut;
  String[] inAck = {};
  String body = "";

  /** The body of ACKs. */
  String inAckBody = "";

  Leg(FakeAgent agent, String callId, String localTag, String local, String remote, String target) {
    this.agent = agent;
    this.callId = callId;
    this.localTag = localTag;
    this.local = local;
    this.remote = remote;
    this.target = target;
  }

  /** The body of a request of ours: a session description only where it has a meaning. */
  String bodyOf(String method) {
    return switch (method) {
      case "ACK" -> inAckBody;
      case "INVITE", "UPDATE", "PRACK" -> body;
      default -> body.startsWith("v=0") ? "" : body;
    };
  }

  /** Sends a request inside the dialog. */
  Leg send(String method, String... headers) {
    cseq++;
    agent.request(this, method, cseq, headers);
    return this;
  }

  Leg bye() {
    return send("BYE");
  }

  Leg cancel(String... headers) {
    agent.cancel(this, headers);
    return this;
  }

  /**
   * Takes remote side and route set from a request, as the dialog that a NOTIFY makes (RFC 6665
   * §4.4.1), or as one who has lost his own.
   */
  Leg take(Seen request) {
    remoteTag = request.fromTag();
    target = Seen.bracketed(request.first("Contact"));
    routes = request.all("Record-Route");
    return this;
  }

  /** Final statuses of our requests of that method, in the order they came, copies included. */
  List<Integer> statuses(String method) {
    return responses.stream().filter(r -> r.method().equals(method)).map(Seen::status).toList();
  }

  /** The last response to a request of that method. */
  Seen last(String method) {
    return responses.stream().filter(r -> r.method().equals(method)).toList().getLast();
  }

  /** Methods of the requests seen, copies included. */
  List<String> methods() {
    return requests.stream().map(Seen::method).toList();
  }

  Seen request(String method) {
    return requests.stream().filter(r -> r.method().equals(method)).toList().getLast();
  }
}
