// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transaction.TransactionUser;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The least of a core: each INVITE goes to one backend, and the first answer to the newest one goes
 * back. What else a table could tell does not happen in a benchmark. Owned by one loop.
 */
final class MinimalProxy implements TransactionUser, ResponseListener {
  private static final byte[] FORWARDED = Samples.ROUTED_INVITE;

  private final TransactionTable table;
  private final Flow backend;
  private @Nullable ServerTransaction newest;
  private long branch;
  private long answers;

  MinimalProxy(TransactionTable table, Flow backend) {
    this.table = table;
    this.backend = backend;
  }

  /** The branch of the INVITE sent last. */
  long branch() {
    return branch;
  }

  /** How many responses it was told of. */
  long answers() {
    return answers;
  }

  @Override
  public void onRequest(ServerTransaction transaction) {
    newest = transaction;
    transaction.trying();
    branch = table.newBranch();
    table.startInvite(branch, backend, FORWARDED, 0, FORWARDED.length, this);
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    answers++;
    ServerTransaction server = newest;
    if (server != null) {
      newest = null;
      server.respond(response.bytes(), response.start(), response.end(), response.status());
    }
  }

  @Override
  public void onAck(Flow flow, SipRequest ack) {
    throw unexpected();
  }

  @Override
  public void onStrayCancel(Flow flow, SipRequest cancel) {
    throw unexpected();
  }

  @Override
  public void onStrayResponse(Flow flow, SipResponse response) {
    throw unexpected();
  }

  @Override
  public void onTimeout(ClientTransaction transaction) {
    throw unexpected();
  }

  @Override
  public void onTransportError(ClientTransaction transaction, String why) {
    throw unexpected();
  }

  @Override
  public void onDefect() {
    throw unexpected();
  }

  private static IllegalStateException unexpected() {
    return new IllegalStateException("the benchmark measures something else than it says");
  }
}
