// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.loop.SipHash;
import io.fairlead.observe.RefusalCause;
import io.fairlead.registrar.auth.AuthResult;
import io.fairlead.registrar.auth.Authenticator;
import io.fairlead.route.Route;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OwnHostNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The registrar (RFC 3261 §10.3): who may register, what the REGISTER asks, and the answer. What
 * changes is {@link BindingUpdate}'s. Nothing is kept between two requests but the bindings, so a
 * retransmission is answered from them.
 *
 * <p>Owned by one loop.
 */
final class Registrar implements RegisterHandler {
  private static final int RETRY_AFTER = 60;

  private final RegistrarDependencies house;
  private final RegistrarSettings settings;
  private final byte[][] domains;
  private final RegisterResponses answers;
  private final RegistrarLog log;
  private final @Nullable Authenticator authenticator;
  private final SipHash callIds;
  private final GrantedExpiry expiry;
  private final RegisterContactReader contacts = new RegisterContactReader();
  private final PathCheck path;
  private final BindingUpdate registration;
  private final SipWriter tags = new SipWriter(64);

  Registrar(
      RegistrarDependencies house,
      OwnHostNames names,
      RegisterResponses answers,
      RegistrarSettings settings,
      RegistrarLog log,
      @Nullable Authenticator authenticator) {
    this.house = house;
    this.settings = settings;
    this.answers = answers;
    this.log = log;
    this.authenticator = authenticator;
    this.callIds = house.keys().branchHash();
    this.expiry = new GrantedExpiry(settings.expires(), house.random());
    this.path = new PathCheck(names, house.keys());
    this.registration = new BindingUpdate(house, log, settings.maxContacts());
    this.domains =
        settings.domains().stream()
            .map(domain ->
                ("@" + domain.toLowerCase(Locale.ROOT)).getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);
  }

  @Override
  public void onRegister(Flow flow, SipRequest request, AddressOfRecord aor, Route route) {
    if (!serves(aor.bytes())) {
      refuse(flow, request, aor, RefusalCause.WRONG_DOMAIN);
    } else if (OptionTags.unsupported(request, tags.clear())) {
      badExtension(flow, request, aor);
    } else if (authenticator == null) {
      admitted(flow, request, aor);
    } else {
      AuthResult result = authenticator.now(flow, request);
      if (result instanceof AuthResult.Pending) {
        SipRequest kept = request.keep();
        authenticator.later(flow, kept, late -> authenticated(flow, kept, aor, late));
      } else {
        authenticated(flow, request, aor, result);
      }
    }
  }

  private boolean serves(byte[] aor) {
    for (byte[] domain : domains) {
      int at = aor.length - domain.length;
      if (at >= 0 && Arrays.equals(aor, at, aor.length, domain, 0, domain.length)) {
        return true;
      }
    }
    return false;
  }

  private void authenticated(
      Flow flow, SipRequest request, AddressOfRecord aor, AuthResult result) {
    switch (result) {
      case AuthResult.Granted granted -> admitted(flow, request, aor);
      case AuthResult.Challenge challenge ->
          refuse(flow, request, aor, RefusalCause.UNAUTHORIZED, challenge.headers());
      case AuthResult.Refused refused -> refuse(flow, request, aor, RefusalCause.WRONG_USER);
      case AuthResult.Malformed malformed -> bad(flow, request, aor, malformed.why());
      case AuthResult.Unavailable unavailable ->
          refuse(
              flow,
              request,
              aor,
              RefusalCause.NO_USERS,
              "Retry-After: " + unavailable.retryAfterSeconds() + "\r\n");
      case AuthResult.Pending pending ->
          throw new IllegalStateException("an answer that is late cannot be later still");
    }
  }

  // ---- what it asks ----

  private void admitted(Flow flow, SipRequest r, AddressOfRecord aor) {
    String wrong = contacts.read(r);
    if (wrong != null) {
      bad(flow, r, aor, wrong);
      return;
    }
    boolean supportsPath = OptionTags.offers(r, OptionTags.PATH);
    switch (path.read(r)) {
      case BAD -> bad(flow, r, aor, "Bad Path");
      case LONG -> bad(flow, r, aor, "Path Too Long");
      case FORGED -> refuse(flow, r, aor, RefusalCause.FORGED_PATH);
      case GOOD -> {
        if (path.present() && !supportsPath) {
          // RFC 3327 §5.3: whoever does not know Path would not notice where calls come from.
          tags.clear().put(OptionTags.PATH);
          badExtension(flow, r, aor);
        } else {
          outbound(flow, r, aor);
        }
      }
    }
  }

  // RFC 5626 §6.
  private void outbound(Flow flow, SipRequest r, AddressOfRecord aor) {
    boolean offered = OptionTags.offers(r, OptionTags.OUTBOUND);
    int flows = 0;
    for (int i = 0; i < contacts.count(); i++) {
      RequestedContact wanted = contacts.get(i);
      if (!offered || !wanted.hasInstance()) {
        wanted.regId = 0;
      }
      wanted.granted = expiry.granted(wanted.expires);
      flows += wanted.regId > 0 && wanted.granted > 0 ? 1 : 0;
    }
    boolean firstHop =
        !path.present()
            && r.via().nextElement(r.valueEnd(r.via().header())) < 0
            && r.next(HeaderName.VIA, r.via().header()) < 0;
    String insecure = insecure(flow, r);
    if (flows > 1) {
      bad(flow, r, aor, "More Than One Reg-Id");
    } else if (insecure != null) {
      bad(flow, r, aor, insecure);
    } else if (flows > 0 && !firstHop && !path.outbound()) {
      refuse(flow, r, aor, RefusalCause.NO_OUTBOUND);
    } else if (tooBrief()) {
      refuse(flow, r, aor, RefusalCause.TOO_BRIEF, "Min-Expires: " + expiry.min() + "\r\n");
    } else {
      change(flow, r, aor, firstHop, flows > 0);
    }
  }

  // RFC 5630 §5.2: a sips Contact is bound where all that leads to it is sips, and TLS carries it.
  private @Nullable String insecure(Flow flow, SipRequest r) {
    boolean any = false;
    boolean all = path.secure() && r.uri().scheme() == SipUri.Scheme.SIPS;
    for (int i = 0; i < contacts.count(); i++) {
      RequestedContact wanted = contacts.get(i);
      boolean sips = wanted.uri.scheme() == SipUri.Scheme.SIPS;
      any |= sips && wanted.granted > 0;
      all &= sips || wanted.granted == 0;
    }
    if (!any) {
      return null;
    }
    return !flow.transport().secure() ? "SIPS Contact Without TLS" : all ? null : "SIPS Beside SIP";
  }

  private boolean tooBrief() {
    for (int i = 0; i < contacts.count(); i++) {
      if (expiry.tooBrief(contacts.get(i).expires)) {
        return true;
      }
    }
    return false;
  }

  private void change(
      Flow flow, SipRequest r, AddressOfRecord aor, boolean firstHop, boolean outbound) {
    RegisterResponses.Extras extras =
        new RegisterResponses.Extras(
            outbound,
            OptionTags.offers(r, OptionTags.GRUU),
            settings.serviceRoute(),
            flowTimer(flow));
    long nowMs = house.clockMs().getAsLong();
    if (contacts.count() == 0 && !contacts.star()) {
      log.listed();
      answers.list(flow, r, aor, house.bindings().of(aor, nowMs), extras);
      return;
    }
    BindingUpdate.Asked asked =
        new BindingUpdate.Asked(flow, r, aor, path.joined(r), firstHop, callIdHash(r), nowMs);
    if (registration.renew(asked, contacts)) {
      log.changed();
      answers.renewed(flow, r, aor, contacts.get(0), extras);
    } else {
      apply(asked, extras);
    }
  }

  private void apply(BindingUpdate.Asked asked, RegisterResponses.Extras extras) {
    Flow flow = asked.flow();
    SipRequest r = asked.request();
    AddressOfRecord aor = asked.aor();
    BindingUpdate.Outcome outcome = registration.apply(asked, contacts);
    switch (outcome) {
      case CHANGED -> log.changed();
      case REPEATED -> log.repeated();
      case OUT_OF_ORDER -> refuse(flow, r, aor, RefusalCause.OUT_OF_ORDER);
      case TOO_MANY -> refuse(flow, r, aor, RefusalCause.TOO_MANY_CONTACTS);
      case FULL ->
          refuse(flow, r, aor, RefusalCause.TABLE_FULL, "Retry-After: " + RETRY_AFTER + "\r\n");
    }
    if (outcome == BindingUpdate.Outcome.CHANGED || outcome == BindingUpdate.Outcome.REPEATED) {
      answers.list(flow, r, aor, registration.current(), extras);
    }
  }

  private long callIdHash(SipRequest r) {
    return callIds.hash(r.bytes(), r.callIdFrom(), r.callIdTo());
  }

  // How often the device should send something itself (RFC 5626 §5.4); as often as we would.
  private long flowTimer(Flow flow) {
    KeepaliveSettings keepalive = settings.keepalive();
    Duration interval =
        switch (flow.transport().name()) {
          case "udp" -> keepalive.udp();
          case "ws", "wss" -> keepalive.websocket();
          default -> keepalive.tcp();
        };
    return interval == null ? 0 : interval.toSeconds();
  }

  // ---- refusals ----

  private void badExtension(Flow flow, SipRequest request, AddressOfRecord aor) {
    refuse(
        flow,
        request,
        aor,
        RefusalCause.REQUIRED_EXTENSION,
        "Unsupported: " + tags.toString() + "\r\n");
  }

  private void bad(Flow flow, SipRequest request, AddressOfRecord aor, String reason) {
    log.refused(aor, RefusalCause.BAD_REGISTRATION);
    answers.begin(flow, request, RefusalCause.BAD_REGISTRATION.status(), reason);
    answers.send(flow, request);
  }

  private void refuse(Flow flow, SipRequest request, AddressOfRecord aor, RefusalCause cause) {
    refuse(flow, request, aor, cause, "");
  }

  private void refuse(
      Flow flow, SipRequest request, AddressOfRecord aor, RefusalCause cause, String headers) {
    log.refused(aor, cause);
    answers.begin(flow, request, cause.status(), cause.reason()).put(headers);
    answers.send(flow, request);
  }
}
