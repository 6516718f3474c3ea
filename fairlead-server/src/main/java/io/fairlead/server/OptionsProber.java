// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.loop.Loop;
import io.fairlead.pool.Backend;
import io.fairlead.pool.health.ProbeListener;
import io.fairlead.pool.health.Prober;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.Branch;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;

/**
 * Sends OPTIONS to backends as a user agent client (RFC 3261 §11, §8.1.1).
 *
 * <p>Owned by the home loop of the pools.
 */
final class OptionsProber implements Prober {
  private final Loop loop;
  private final TransactionTable table;
  private final OutboundFlows wire;
  private final SipWriter out = new SipWriter(512);
  private long sequence;

  OptionsProber(Loop loop, TransactionTable table, OutboundFlows wire) {
    this.loop = loop;
    this.table = table;
    this.wire = wire;
  }

  @Override
  public void options(Backend backend, long timeoutNs, ProbeListener listener) {
    Peer peer = backend.peer();
    if (peer == null) {
      listener.onUnreachable("its name has no address");
      return;
    }
    Flow flow = wire.wayTo(peer, null);
    if (flow == null) {
      listener.onUnreachable("no listener speaks " + backend.transport() + " to its address");
      return;
    }
    long branch = table.newBranch();
    write(backend, flow.listener(), branch);
    table.start(branch, flow, out.bytes(), 0, out.length(), new Probe(listener)).timeout(timeoutNs);
  }

  private void write(Backend backend, Listener by, long branch) {
    long tag = table.newBranch();
    out.clear().put("OPTIONS ").put(backend.uri().toString()).put(" SIP/2.0\r\n");
    out.put("Via: SIP/2.0/")
        .put(by.transport().viaToken())
        .put(' ')
        .put(by.sentBy())
        .put(";rport;branch=");
    Branch.write(out, branch, 0);
    out.put("\r\nMax-Forwards: 1\r\nFrom: <sip:fairlead@")
        .put(by.sentBy())
        .put(">;tag=")
        .hex(tag, 16);
    out.put("\r\nTo: <")
        .put(backend.uri().toString())
        .put(">\r\nCall-ID: ")
        .hex(tag * 31 + sequence++, 16);
    // A request to a sips URI has a sips Contact (RFC 3261 §8.1.1.8).
    boolean sips = backend.uri().toString().startsWith("sips:");
    out.put("\r\nCSeq: 1 OPTIONS\r\nContact: <").put(by.scheme(sips)).put(":fairlead@");
    out.put(by.sentBy()).put(by.transportParameter(sips));
    out.put(">\r\nAccept: application/sdp\r\nUser-Agent: Fairlead\r\nContent-Length: 0\r\n\r\n");
  }

  private final class Probe implements ResponseListener {
    private final ProbeListener listener;
    private final long startedNs = loop.nowNs();

    Probe(ProbeListener listener) {
      this.listener = listener;
    }

    @Override
    public void onResponse(ClientTransaction transaction, SipResponse response) {
      if (!response.isProvisional()) {
        listener.onAnswer(response.status(), loop.nowNs() - startedNs);
      }
    }

    /** The backend is asked again at the next turn, as after silence. */
    @Override
    public void onDefect() {
      listener.onSilence();
    }

    @Override
    public void onTimeout(ClientTransaction transaction) {
      listener.onSilence();
    }

    @Override
    public void onTransportError(ClientTransaction transaction, String why) {
      listener.onUnreachable(why);
    }
  }
}
