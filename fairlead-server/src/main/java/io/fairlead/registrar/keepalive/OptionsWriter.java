// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the OPTIONS that keeps a datagram flow open (RFC 3261 §11). What is the same for all
 * stands ready. Via and To come first: of a message that came back by ICMP only the beginning is
 * left.
 *
 * <p>Owned by one loop.
 */
final class OptionsWriter {
  private static final byte[] START = ascii("OPTIONS ");

  private final SipWriter out = new SipWriter(1024);
  private final KeepaliveBranchId token;
  private final byte[][] via;
  private final byte[][] from;

  OptionsWriter(KeepaliveBranchId token, List<Listener> listeners) {
    this.token = token;
    via = new byte[listeners.size()][];
    from = new byte[listeners.size()][];
    for (Listener each : listeners) {
      via[each.index()] =
          ascii(
              " SIP/2.0\r\nVia: SIP/2.0/"
                  + each.transport().viaToken()
                  + " "
                  + each.sentBy()
                  + ";rport;branch=");
      from[each.index()] = ascii(">\r\nFrom: <sip:fairlead@" + each.sentBy() + ">;tag=");
    }
  }

  /** Writes one; it stands in the result until the next. */
  SipWriter write(AddressOfRecord aor, Binding binding, Listener by, long nowUs, int unanswered) {
    out.clear().put(START);
    if (binding.isCallable()) {
      out.put(binding.contact(), 0, binding.uriEnd());
    } else {
      address(aor.bytes(), out.put("sip:"));
    }
    out.put(via[by.index()]);
    token.write(out, aor, binding.id(), nowUs, unanswered);
    out.put("\r\nTo: <sip:");
    address(aor.bytes(), out);
    out.put(from[by.index()]).hex(token.shown() * 31, 8);
    out.put("\r\nCall-ID: ").hex(token.shown() * 0x9e3779b97f4a7c15L, 16);
    return out.put(
        "\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 1\r\nUser-Agent: Fairlead\r\n"
            + "Content-Length: 0\r\n\r\n");
  }

  // An address of record holds its user without escapes; a URI does not (RFC 3261 §19.1.2).
  private static void address(byte[] aor, SipWriter out) {
    int host = aor.length;
    while (host > 0 && aor[host - 1] != '@') {
      host--;
    }
    for (int i = 0; i < host - 1; i++) {
      if (plain(aor[i])) {
        out.put((char) aor[i]);
      } else {
        out.put('%').hex(aor[i], 2);
      }
    }
    out.put(aor, host > 1 ? host - 1 : host, aor.length);
  }

  private static boolean plain(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || b > 0 && "-_.!~*'()&=+$,;?/".indexOf(b) >= 0;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
