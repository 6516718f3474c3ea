// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.FlowToken;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;

/**
 * Turns a request into one for another node: a Route to that node in place of those that led here,
 * and for a REGISTER a Path back (RFC 3327), since the phone is reached by its flow to this node.
 *
 * <p>Owned by one loop.
 */
final class NodeRequestWriter {
  private final Cluster nodes;
  private final FlowToken token;
  private final SipWriter out = new SipWriter(2048);

  NodeRequestWriter(Cluster nodes, CookieKeys keys) {
    this.nodes = nodes;
    this.token = new FlowToken(keys);
  }

  /** The request for that node. */
  byte[] rewrite(Flow flow, SipRequest r, Cluster.Node home) {
    byte[] bytes = r.bytes();
    int at = r.start();
    int top = firstLine(r);
    out.clear().put(bytes, at, top).put(NodePartitioner.relayRoute(home.uri()));
    at = top;
    if (r.method() == Method.REGISTER) {
      path(flow);
    }
    for (int i = r.first(HeaderName.ROUTE); i >= 0; i = r.next(HeaderName.ROUTE, i)) {
      out.put(bytes, at, r.lineStart(i));
      at = r.lineEnd(i);
    }
    return out.put(bytes, at, r.end()).copy();
  }

  private static int firstLine(SipRequest r) {
    int at = r.start();
    while (r.bytes()[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  private void path(Flow flow) {
    out.put("Path: <sip:");
    token.write(out, flow, nodes.own());
    out.put('@').put(flow.listener().sentBy());
    out.put(flow.listener().transportParameter(false));
    out.put(";lr;ob>\r\nSupported: path\r\n");
  }
}
