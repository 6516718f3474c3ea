// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Calls;
import io.fairlead.loop.Loop;
import io.fairlead.proxy.Proxy;
import io.fairlead.proxy.StatelessProxy;
import io.fairlead.registrar.Registrars;
import io.fairlead.registrar.keepalive.Keepalive;
import io.fairlead.registrar.upstream.UpstreamRegistrars;
import io.fairlead.transaction.TransactionTable;

/**
 * What lives on one loop. Owned by that loop.
 *
 * @param loop the loop
 * @param table its transactions
 * @param calls its live calls
 * @param proxy its stateful core
 * @param stateless its stateless core
 * @param registrars its registrars
 * @param keepalive keeps the way open to the devices whose addresses of record it owns
 * @param upstreams those behind us
 */
record LoopComponents(
    Loop loop,
    TransactionTable table,
    Calls calls,
    Proxy proxy,
    StatelessProxy stateless,
    Registrars registrars,
    Keepalive keepalive,
    UpstreamRegistrars upstreams) {}
