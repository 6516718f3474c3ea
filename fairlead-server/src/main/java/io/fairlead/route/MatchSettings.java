// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.net.Cidr;
import java.util.List;
import java.util.Map;

/**
 * The conditions of a route: all that are written must hold, each by any item of its list.
 * Immutable.
 *
 * @param method request methods
 * @param user patterns of the request-URI's user
 * @param host patterns of the request-URI's host
 * @param from patterns of the From URI
 * @param to patterns of the To URI
 * @param source networks of the sender
 * @param listener names of listeners
 * @param transport names of transports
 * @param network names of networks
 * @param header patterns by header name
 * @param location registrars where the request-URI's user is registered
 */
public record MatchSettings(
    @Setting(doc = "One method or a list: INVITE, REGISTER. Methods are in upper case.")
        List<String> method,
    @Setting(
            doc =
                "Regular expression, or a list, for the whole user of the request-URI; a plain word"
                    + " is one. Escapes such as %31 are resolved before.")
        List<TextPattern> user,
    @Setting(
            doc =
                "Regular expression, or a list, for the whole host of the request-URI, without"
                    + " port. Upper and lower case are the same.")
        List<TextPattern> host,
    @Setting(
            doc =
                "Regular expression, or a list, for the From URI: for its user, or for user@host"
                    + " when there is an @ in it, the host then in lower case.")
        List<TextPattern> from,
    @Setting(doc = "The same for the To URI.") List<TextPattern> to,
    @Setting(doc = "Address or network, or a list, that the packet came from: 198.51.100.0/24.")
        List<Cidr> source,
    @Setting(doc = "Name of the listener, or a list, where the request came in.")
        List<String> listener,
    @Setting(doc = "Transport, or a list, that the request came by: udp, tcp, tls, ws, wss.")
        List<String> transport,
    @Setting(doc = "Network, or a list, as listeners name it, that the request came from.")
        List<String> network,
    @Setting(
            doc =
                "Header names, each with a regular expression or a list for the whole value as it"
                    + " stands. One line of that name is enough.")
        Map<String, List<TextPattern>> header,
    @Setting(
            doc =
                "Name of a registrar, or a list, where the user of the request-URI is registered"
                    + " now: the host is one of its domains, and the user has a binding.")
        List<String> location) {
  /** No condition. */
  public static final MatchSettings ALL =
      new MatchSettings(
          List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
          List.of(), Map.of(), List.of());

  public MatchSettings {
    for (String name : method) {
      if (!SafeMessageText.token(name)) {
        throw new SettingException("method", "`" + name + "` is no method");
      }
    }
    header.forEach(MatchSettings::checkHeader);
  }

  private static void checkHeader(String name, List<TextPattern> patterns) {
    if (!SafeMessageText.token(name)) {
      throw new SettingException("header", "`" + name + "` is no header name");
    }
    if (patterns.isEmpty()) {
      throw new SettingException(
          "header", "`" + name + "` needs an expression; `.*` for any value");
    }
  }

  /** True when nothing is asked, so that every request fits. */
  public boolean isEmpty() {
    return method.isEmpty()
        && user.isEmpty()
        && host.isEmpty()
        && from.isEmpty()
        && to.isEmpty()
        && source.isEmpty()
        && listener.isEmpty()
        && transport.isEmpty()
        && network.isEmpty()
        && header.isEmpty()
        && location.isEmpty();
  }
}
