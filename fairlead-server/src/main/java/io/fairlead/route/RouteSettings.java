// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import org.jspecify.annotations.Nullable;

/**
 * One route as configured. Immutable.
 *
 * @param name for logs, meters and messages
 * @param match when it applies
 * @param to the pool
 * @param registrar the registrar that answers
 * @param mode how the request is handed on
 * @param rewrite changes of the request-URI
 * @param headers changes of the headers
 * @param reject the answer instead of a pool
 */
public record RouteSettings(
    @Setting(
            doc =
                "What logs and meters call the route. Without it, the name of the pool or"
                    + " registrar; route-N, with N its place in the list, when that name is taken or"
                    + " there is neither.")
        @Nullable String name,
    @Setting(
            doc =
                "The conditions; all must hold. A route without conditions takes every request that"
                    + " comes to it.")
        MatchSettings match,
    @Setting(doc = "The pool that gets the request. Either this, registrar or reject is needed.")
        @Nullable String to,
    @Setting(
            doc =
                "The registrar that answers or forwards a REGISTER; needs `match: { method:"
                    + " REGISTER }`.")
        @Nullable String registrar,
    @Setting(
            value = "proxy",
            doc =
                "proxy keeps state and tries another backend on failure; stateless forwards and"
                    + " forgets, and needs a pool with `balance: hash`; redirect answers 302 with"
                    + " the address of a backend.")
        Mode mode,
    @Setting(doc = "Changes of the request-URI before it is sent on.") RewriteSettings rewrite,
    @Setting(doc = "Headers set or removed before the request is sent on.") HeaderSettings headers,
    @Setting(doc = "Answers the request here instead of sending it on.") @Nullable Reject reject) {}
