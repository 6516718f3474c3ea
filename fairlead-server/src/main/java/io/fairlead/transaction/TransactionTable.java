// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.CurrentStepOwner;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.TimerWheel;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OutboundFlows;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the machine a message belongs to (RFC 3261 §17.1.3, §17.2.3, §9.2) and makes new ones. One
 * per loop. A message that has another Call-ID or CSeq number than the machine's request belongs to
 * another, whatever its branch says.
 *
 * <p>Messages with a {@link SipMessage#problem()} must not come here.
 *
 * <p>Owned by one loop.
 */
public final class TransactionTable {
  private final Loop loop;
  private final CurrentStepOwner steps;
  private final TimerLengths lengths;
  private final UniqueIds ids;
  private final LocalResponses responses;
  private final TransportErrors errors;
  private final TransactionMeters meters;
  private final ReplyPath replyPath;
  private final ServerTransactionKeys keys;
  private TransactionUser user = new NullTransactionUser();
  private ResponseFeedback feedback = ResponseFeedback.NONE;

  private final ServerTransactions servers;
  private final ClientTransactions clients;
  private final LingerQueues lingering;

  private final AckAndCancelWriter hopRequests = new AckAndCancelWriter();

  /**
   * An empty table; {@link #serve} must be called before the first message.
   *
   * @param wire for responses that cannot go back by the flow the request came by
   * @param secret keys branches, tags and the table itself; not to be known outside
   */
  public TransactionTable(
      Loop loop, OutboundFlows wire, TimerSettings settings, SipHash secret, Meters meters) {
    this.loop = loop;
    this.steps = loop.steps();
    this.lengths = TimerLengths.of(settings);
    this.lingering = new LingerQueues(loop, lengths);
    this.ids = new UniqueIds(loop.index(), secret);
    this.responses = new LocalResponses(ids);
    this.meters = TransactionMeters.of(meters);
    this.replyPath = new ReplyPath(wire);
    this.keys = new ServerTransactionKeys(secret);
    this.servers = new ServerTransactions(keys);
    this.clients = new ClientTransactions(keys);
    this.errors = new TransportErrors(loop, servers, clients);
    String label = Integer.toString(loop.index());
    meters.gauge(Meter.TRANSACTION_SERVERS, this::servers, label);
    meters.gauge(Meter.TRANSACTION_CLIENTS, this::clients, label);
  }

  /** Says who is told; once, before the first message. */
  public void serve(TransactionUser newUser) {
    user = newUser;
  }

  /** Says what is told to clients of ourselves; once, before the first message. */
  public void feedback(ResponseFeedback newFeedback) {
    feedback = newFeedback;
  }

  /** What is told to clients of ourselves. */
  ResponseFeedback feedback() {
    return feedback;
  }

  /**
   * How many server transactions there are, those that only linger included. A reading from another
   * thread may be old.
   */
  public int servers() {
    return servers.size();
  }

  /**
   * How many client transactions there are, those that only linger included. A reading from another
   * thread may be old.
   */
  public int clients() {
    return clients.size();
  }

  /** Whether a request is a retransmission of one that is being answered, or was lately. */
  public boolean knows(SipRequest request) {
    return servers.find(keys.of(request, request.method()), keys.call(request)) != null;
  }

  /** A request came. It is borrowed; a server transaction keeps its own copy. */
  public void onRequest(Flow flow, SipRequest request) {
    onRequest(flow, request, user::onRequest);
  }

  /**
   * The same for a request that another than the table's user answers.
   *
   * @param taker is given the transaction when the request is new
   */
  public void onRequest(Flow flow, SipRequest request, Consumer<ServerTransaction> taker) {
    Method method = request.method();
    long key = keys.of(request, method);
    int call = keys.call(request);
    ServerTransaction known = servers.find(key, call);
    if (method == Method.ACK) {
      onAck(flow, request, known);
    } else if (known != null) {
      StepFailureHandler before = steps.isFor(known);
      known.onRetransmission();
      steps.back(before);
    } else if (method == Method.CANCEL) {
      onCancel(flow, request, key, call);
    } else {
      ServerTransaction transaction =
          method == Method.INVITE
              ? new InviteServerTransaction(this, flow, request)
              : new NonInviteServerTransaction(this, flow, request);
      servers.add(key, call, transaction);
      StepFailureHandler before = steps.isFor(transaction);
      taker.accept(transaction);
      steps.back(before);
    }
  }

  private void onAck(Flow flow, SipRequest ack, @Nullable ServerTransaction known) {
    if (known instanceof InviteServerTransaction invite) {
      invite.onAck(flow, ack);
    } else {
      user.onAck(flow, ack);
    }
  }

  private void onCancel(Flow flow, SipRequest cancel, long key, int call) {
    if (!(servers.find(keys.of(cancel, Method.INVITE), call)
        instanceof InviteServerTransaction invite)) {
      meters.strayCancels().add();
      user.onStrayCancel(flow, cancel);
      return;
    }
    ServerTransaction transaction = new NonInviteServerTransaction(this, flow, cancel);
    servers.add(key, call, transaction);
    StepFailureHandler before = steps.isFor(transaction);
    try {
      responses.respond(transaction, invite.key, 200, "OK", "");
    } finally {
      StepFailureHandler own = steps.isFor(invite);
      invite.onCancel(cancel);
      steps.back(own);
    }
    steps.back(before);
  }

  /** A response came. It is borrowed. */
  public void onResponse(Flow flow, SipResponse response) {
    Via via = response.via();
    Method method = response.cseqMethod();
    ClientTransaction transaction =
        clients.find(Branch.id(response.bytes(), via.branchFrom(), via.branchTo()), method);
    if (transaction == null
        || transaction.method() != method
        || !clients.isOf(transaction, response)) {
      meters.strayResponses().add();
      user.onStrayResponse(flow, response);
    } else {
      StepFailureHandler before = steps.isFor(transaction);
      transaction.onResponse(response);
      steps.back(before);
    }
  }

  /** Mints an id for a branch: unpredictable, never twice, with this loop's number in it. */
  public long newBranch() {
    return ids.branch();
  }

  /**
   * Sends an INVITE and waits for its responses. The bytes are copied.
   *
   * @param branch from {@link #newBranch}, written into the topmost Via of the bytes
   */
  public InviteClientTransaction startInvite(
      long branch, Flow flow, byte[] bytes, int from, int to, ResponseListener listener) {
    InviteClientTransaction transaction = new InviteClientTransaction(this, branch, flow, listener);
    clients.identify(transaction, bytes, from, to);
    transaction.sent = Arrays.copyOfRange(bytes, from, to);
    clients.begin(transaction, bytes, from, to);
    return transaction;
  }

  /** The same for any other request but ACK, which has no transaction: {@link Flow#send} it. */
  public NonInviteClientTransaction start(
      long branch, Flow flow, byte[] bytes, int from, int to, ResponseListener listener) {
    NonInviteClientTransaction transaction =
        new NonInviteClientTransaction(
            this, branch, flow, listener, ClientTransactions.method(bytes, from, to));
    clients.identify(transaction, bytes, from, to);
    if (!flow.transport().reliable()) {
      transaction.sent = Arrays.copyOfRange(bytes, from, to);
    }
    clients.begin(transaction, bytes, from, to);
    return transaction;
  }

  /**
   * Sends a request on and waits for its responses: {@link #startInvite} and {@link #start} for one
   * that came in, without reading it again.
   *
   * @param taken what came in
   * @param text what leaves, with the Vias of what came in below ours
   */
  public ClientTransaction forward(
      SipRequest taken, long branch, Flow flow, SipWriter text, ResponseListener listener) {
    boolean invite = taken.method() == Method.INVITE;
    ClientTransaction transaction =
        invite
            ? new InviteClientTransaction(this, branch, flow, listener)
            : new NonInviteClientTransaction(this, branch, flow, listener, taken.method());
    clients.identify(transaction, taken);
    if (invite || !flow.transport().reliable()) {
      transaction.sent = text.copy();
    }
    clients.begin(transaction, text.bytes(), 0, text.length());
    return transaction;
  }

  /**
   * What was sent on last has left with another CSeq than it came in with: so have its responses.
   *
   * @param sent its transaction, from {@link #forward}
   * @param taken what came in
   */
  public void renumbered(ClientTransaction sent, SipRequest taken, long cseq) {
    sent.call = clients.call(taken, cseq);
  }

  void startCancel(InviteClientTransaction invite, byte[] inviteBytes, String headers) {
    byte[] bytes = hopRequests.cancel(inviteBytes, headers);
    if (bytes == null) {
      return;
    }
    NonInviteClientTransaction transaction =
        new NonInviteClientTransaction(this, invite.branch(), invite.flow(), null, Method.CANCEL);
    transaction.call = invite.call;
    transaction.sent = bytes;
    clients.begin(transaction, bytes, 0, bytes.length);
  }

  /**
   * The transport could not deliver a message of ours, of which the bytes may show only the
   * beginning.
   */
  public void onUndeliverable(byte[] bytes, int from, int to, String why) {
    errors.onUndeliverable(bytes, from, to, why);
  }

  /** A connection ended: what waited for a response on it hears of a transport error. */
  public void onClosed(Flow flow, String why) {
    errors.onClosed(flow, why);
  }

  /**
   * Fairlead ends: who has not given a final response is told. What the wires say from then on is
   * no peer's doing and told to nobody.
   */
  public void shutdown() {
    servers.all().forEach(ServerTransaction::tellShutdown);
    errors.end();
  }

  /** Whom the step that runs now is for. */
  CurrentStepOwner steps() {
    return steps;
  }

  /** What is sent for a transaction goes out here. */
  void send(Flow flow, byte[] bytes, int from, int to) {
    errors.send(flow, bytes, from, to);
  }

  /** Writes responses of our own. */
  LocalResponses responses() {
    return responses;
  }

  void remove(ServerTransaction transaction) {
    loop.timers().cancel(transaction);
    servers.remove(transaction);
  }

  void remove(ClientTransaction transaction) {
    loop.timers().cancel(transaction);
    clients.remove(transaction);
  }

  /** It has its final response and waits for none on its connection. */
  void settled(ClientTransaction transaction) {
    clients.settled(transaction);
  }

  /** Where those wait that only absorb what comes late. */
  LingerQueues lingering() {
    return lingering;
  }

  TimerWheel timers() {
    return loop.timers();
  }

  long nowNs() {
    return loop.nowNs();
  }

  TimerLengths lengths() {
    return lengths;
  }

  TransactionMeters meters() {
    return meters;
  }

  ReplyPath replyPath() {
    return replyPath;
  }

  AckAndCancelWriter hopRequests() {
    return hopRequests;
  }

  TransactionUser user() {
    return user;
  }
}
