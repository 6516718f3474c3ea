// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Counter;
import io.fairlead.registrar.auth.Authorization.Field;
import io.fairlead.registrar.users.Credentials;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.registrar.users.UserAnswer;
import io.fairlead.registrar.users.UserCache;
import io.fairlead.sip.SipRequest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may register (RFC 3261 §22, RFC 7616, RFC 8760): whoever proves to know the password
 * of the user whose address of record is asked for, and nobody else. An unknown user is compared
 * with a password that nobody has, by the same steps, and gets the same answer as a wrong password.
 * What is remembered of nonces is told at {@link NonceMemory}.
 *
 * <p>Owned by one loop.
 */
public final class Authenticator {
  private static final AuthResult PENDING = new AuthResult.Pending();
  private static final AuthResult REFUSED = new AuthResult.Refused();

  private final AuthSettings settings;
  private final UserCache users;
  private final Nonces nonces;
  private final Counter[] outcomes;
  private final Loop loop;
  private final Answer answer;
  private final Challenges challenges;
  private final NonceMemory memory;
  private final Map<DigestAlgorithm, Digest> digests = new EnumMap<>(DigestAlgorithm.class);
  private final Credentials nobody = Credentials.nobody();
  private final SipHash messages = SipHash.random();

  Authenticator(
      AuthSettings settings, UserCache users, Nonces nonces, Counter[] outcomes, Loop loop) {
    this.settings = settings;
    this.users = users;
    this.nonces = nonces;
    this.outcomes = outcomes;
    this.loop = loop;
    answer = new Answer(settings);
    challenges = new Challenges(settings.algorithms(), nonces);
    memory = new NonceMemory(settings.nonces(), nonces.nowSeconds());
    for (DigestAlgorithm algorithm : settings.algorithms()) {
      digests.put(algorithm, new Digest(algorithm));
    }
  }

  /** Decides on a borrowed REGISTER, as far as that can be done without waiting. */
  public AuthResult now(SipRequest request) {
    AuthResult early = early(request);
    if (early != null) {
      return early;
    }
    UserAnswer user = users.now(answer.account());
    return user == null ? PENDING : decide(request, user);
  }

  /**
   * Decides on a REGISTER for which {@link #now} gave {@link AuthResult.Pending}, when its user has
   * been asked for.
   *
   * @param kept the request, kept
   * @param onLoop gets the result on this loop, never Pending, never before this method returns
   */
  public void later(SipRequest kept, Consumer<AuthResult> onLoop) {
    AuthResult early = early(kept);
    if (early != null) {
      loop.execute(() -> onLoop.accept(early));
      return;
    }
    users.ask(
        answer.account(),
        loop,
        user -> {
          // The answer in this object is another request's by now.
          AuthResult changed = early(kept);
          onLoop.accept(changed == null ? decide(kept, user) : changed);
        });
  }

  // The result where none of the user's secrets is needed, or null when the answer is complete.
  private @Nullable AuthResult early(SipRequest request) {
    return switch (answer.read(request)) {
      case NONE -> challenge(Outcome.CHALLENGED);
      case NO_QOP -> refused(Outcome.NO_QOP);
      case OTHER_USER -> refused(Outcome.OTHER_USER);
      case MALFORMED -> {
        count(Outcome.MALFORMED);
        yield new AuthResult.Malformed(answer.problem());
      }
      case COMPLETE ->
          switch (nonce()) {
            case FORGED -> challenge(Outcome.FORGED);
            case EXPIRED -> challenge(Outcome.STALE);
            case GOOD -> null;
          };
    };
  }

  private Nonces.Kind nonce() {
    Authorization header = answer.header();
    return nonces.check(header.bytes(), header.from(Field.NONCE), header.to(Field.NONCE));
  }

  private AuthResult decide(SipRequest request, UserAnswer user) {
    return switch (user) {
      case UserAnswer.Found found -> verify(request, found.credentials(), Outcome.WRONG_PASSWORD);
      case UserAnswer.Unknown unknown -> verify(request, nobody, Outcome.UNKNOWN_USER);
      case UserAnswer.Failed failed -> {
        count(Outcome.UNAVAILABLE);
        int seconds = (int) settings.retryAfter().toSeconds();
        int spread = ThreadLocalRandom.current().nextInt(seconds + 1);
        yield new AuthResult.Unavailable(seconds + spread);
      }
    };
  }

  private AuthResult verify(SipRequest request, Credentials credentials, Outcome wrong) {
    DigestAlgorithm algorithm = answer.algorithm();
    byte[] known = credentials.ha1(algorithm);
    byte[] ha1 = known == null ? Objects.requireNonNull(nobody.ha1(algorithm)) : known;
    Digest digest = Objects.requireNonNull(digests.get(algorithm));
    boolean right = digest.proves(answer.header(), ha1, request);
    if (!right || known == null || wrong == Outcome.UNKNOWN_USER) {
      return refused(known == null ? Outcome.NO_HASH : wrong);
    }
    return fresh(request) ? granted() : challenge(Outcome.REPLAYED);
  }

  private boolean fresh(SipRequest request) {
    Authorization header = answer.header();
    long count = header.has(Field.QOP) ? header.count() : 1;
    long message = messages.hash(request.bytes(), request.start(), request.end());
    return memory.accept(nonces.number(), nonces.seconds(), count, message, nonces.nowSeconds());
  }

  private AuthResult granted() {
    count(Outcome.GRANTED);
    return new AuthResult.Granted(answer.account().user());
  }

  private AuthResult refused(Outcome why) {
    count(why);
    return REFUSED;
  }

  private AuthResult challenge(Outcome why) {
    count(why);
    boolean stale = why == Outcome.STALE || why == Outcome.REPLAYED;
    return challenges.write(answer.realm(), stale);
  }

  private void count(Outcome outcome) {
    outcomes[outcome.ordinal()].add();
  }
}
