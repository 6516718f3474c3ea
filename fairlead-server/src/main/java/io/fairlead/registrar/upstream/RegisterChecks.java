// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.observe.RefusalCause;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.Via;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transaction.Branch;
import io.fairlead.transport.OwnHostNames;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is checked of a REGISTER before it goes to a registrar behind us (RFC 3261 §16.3); all else
 * is for that one to judge.
 *
 * <p>Owned by one loop.
 */
final class RegisterChecks {
  private final OwnHostNames names;
  private final Set<String> domains = new HashSet<>();
  private final int maxContacts;
  private final long min;
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();
  private final Via via = new Via();

  RegisterChecks(OwnHostNames names, RegistrarSettings settings) {
    this.names = names;
    this.maxContacts = settings.maxContacts();
    this.min = settings.expires().min().toSeconds();
    settings.domains().forEach(domain -> domains.add(domain.toLowerCase(Locale.ROOT)));
  }

  /**
   * The first thing that is wrong, or null.
   *
   * @param bindings those the address of record has
   * @param tooBrief it asks for less than is granted
   * @param loopHash what our own Via would say of it
   */
  @Nullable RegisterRefusal check(
      SipRequest request,
      AddressOfRecord aor,
      List<Binding> bindings,
      boolean tooBrief,
      int loopHash) {
    String text = aor.toString();
    if (!domains.contains(text.substring(text.lastIndexOf('@') + 1))) {
      return RegisterRefusal.of(RefusalCause.WRONG_DOMAIN);
    }
    if (request.maxForwards() == 0) {
      return RegisterRefusal.of(RefusalCause.TOO_MANY_HOPS);
    }
    if (request.has(HeaderName.PROXY_REQUIRE)) {
      return new RegisterRefusal(RefusalCause.BAD_EXTENSION, unsupported(request));
    }
    if (passedUs(request, loopHash)) {
      return RegisterRefusal.of(RefusalCause.LOOP);
    }
    if (forgesPath(request)) {
      return RegisterRefusal.of(RefusalCause.FORGED_PATH);
    }
    if (!ContactIterator.readable(request)) {
      return RegisterRefusal.of(RefusalCause.BAD_REQUEST);
    }
    if (tooBrief) {
      return new RegisterRefusal(RefusalCause.TOO_BRIEF, "Min-Expires: " + min + "\r\n");
    }
    return tooMany(request, bindings) ? RegisterRefusal.of(RefusalCause.TOO_MANY_CONTACTS) : null;
  }

  private boolean tooMany(SipRequest request, List<Binding> bindings) {
    int added = UpstreamBindings.added(bindings, request);
    return added > 0 && bindings.size() + added > maxContacts;
  }

  private static String unsupported(SipRequest request) {
    StringBuilder text = new StringBuilder();
    HeaderName asked = HeaderName.PROXY_REQUIRE;
    for (int i = request.first(asked); i >= 0; i = request.next(asked, i)) {
      text.append("Unsupported: ")
          .append(Ascii.text(request.bytes(), request.valueStart(i), request.valueEnd(i)))
          .append("\r\n");
    }
    return text.toString();
  }

  // Only we write Paths that lead over us; another's would send calls to a flow of its choice.
  private boolean forgesPath(SipRequest request) {
    byte[] bytes = request.bytes();
    for (int i = request.first(HeaderName.PATH); i >= 0; i = request.next(HeaderName.PATH, i)) {
      int from = request.valueStart(i);
      while (from >= 0) {
        if (!element.parse(bytes, from, request.valueEnd(i))
            || !uri.parse(bytes, element.uriFrom(), element.uriTo())
            || names.is(uri)) {
          return true;
        }
        from = element.nextElement(request.valueEnd(i));
      }
    }
    return false;
  }

  // RFC 5393 §4.2: a Via of ours for this very request.
  private boolean passedUs(SipRequest request, int loopHash) {
    byte[] bytes = request.bytes();
    for (int i = request.via().header(); i >= 0; i = request.next(HeaderName.VIA, i)) {
      int from = request.valueStart(i);
      int to = request.valueEnd(i);
      while (from >= 0 && via.parse(bytes, from, to)) {
        if (Branch.id(bytes, via.branchFrom(), via.branchTo()) != 0
            && Branch.loopHash(bytes, via.branchFrom(), via.branchTo()) == loopHash
            && names.is(bytes, via)) {
          return true;
        }
        from = via.nextElement(to);
      }
    }
    return false;
  }
}
