// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.pool.Backend;
import io.fairlead.pool.CallerAddressHeaders;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import org.jspecify.annotations.Nullable;

/**
 * One REGISTER of our own to a backend: with the binding its device made, or to remove it there. A
 * challenge is answered when the user's hash is known; once, and once more when only the nonce was
 * old.
 *
 * <p>Owned by one loop.
 */
final class UpstreamRegistration implements ResponseListener {
  /** What came of it, as the meter's label. */
  enum Result {
    REGISTERED("registered"),
    REMOVED("removed"),
    REFUSED("refused"),
    FAILED("failed");

    private final String label;

    Result(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  private static final int CHALLENGES = 2;

  private final UpstreamRegistrar registrar;
  private final AddressOfRecord aor;
  private final Binding binding;
  private final Backend backend;
  private final long expires;
  private final long cseq;
  private int challenges;

  /**
   * @param expires in seconds; 0 removes the binding there
   */
  UpstreamRegistration(
      UpstreamRegistrar registrar,
      AddressOfRecord aor,
      Binding binding,
      Backend backend,
      long expires) {
    this.registrar = registrar;
    this.aor = aor;
    this.binding = binding;
    this.backend = backend;
    this.expires = expires;
    this.cseq = OwnRegisterWriter.cseq(registrar.nowMs());
  }

  void start() {
    send("");
  }

  AddressOfRecord aor() {
    return aor;
  }

  Binding binding() {
    return binding;
  }

  Backend backend() {
    return backend;
  }

  long expires() {
    return expires;
  }

  long cseq() {
    return cseq + challenges;
  }

  private void send(String authorization) {
    if (!registrar.send(this, authorization)) {
      end(Result.FAILED, 0);
    }
  }

  /**
   * What it says beside the binding: the user's access list asks about the device also when we
   * register for it.
   */
  String headers(String authorization) {
    if (!backend.toldCallers()) {
      return authorization;
    }
    SipWriter text = new SipWriter(64 + authorization.length());
    CallerAddressHeaders.write(text, binding.origin().remote());
    return text.put(authorization).toString();
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    int status = response.status();
    if (response.isProvisional()) {
      return;
    }
    if (response.isSuccess()) {
      end(expires == 0 ? Result.REMOVED : Result.REGISTERED, status);
    } else if (status == 401 || status == 407) {
      challenged(response);
    } else {
      end(status >= 500 && status < 600 ? Result.FAILED : Result.REFUSED, status);
    }
  }

  private void challenged(SipResponse response) {
    boolean proxy = response.status() == 407;
    String challenge =
        response.value(proxy ? HeaderName.PROXY_AUTHENTICATE : HeaderName.WWW_AUTHENTICATE);
    DigestClient answer = challenge == null ? null : DigestClient.to(challenge);
    challenges++;
    if (answer == null || challenges > CHALLENGES || challenges == CHALLENGES && !answer.stale()) {
      end(Result.REFUSED, response.status());
      return;
    }
    registrar.ha1s().find(aor, answer.realm(), answer.sha256(), ha1 -> answer(answer, ha1, proxy));
  }

  private void answer(DigestClient answer, byte @Nullable [] ha1, boolean proxy) {
    if (ha1 == null) {
      end(Result.REFUSED, proxy ? 407 : 401);
      return;
    }
    String text = aor.toString();
    String user = text.substring(0, Math.max(0, text.lastIndexOf('@')));
    String line = answer.line(user, OwnRegisterWriter.uri(aor), ha1, registrar.nonce());
    send(proxy ? "Proxy-" + line : line);
  }

  @Override
  public void onDefect() {
    end(Result.FAILED, 0);
  }

  @Override
  public void onTimeout(ClientTransaction transaction) {
    backend.outcomes().silent();
    end(Result.FAILED, 0);
  }

  @Override
  public void onTransportError(ClientTransaction transaction, String why) {
    backend.unreachable(why);
    end(Result.FAILED, 0);
  }

  private void end(Result result, int status) {
    registrar.ended(this, result, status);
  }
}
