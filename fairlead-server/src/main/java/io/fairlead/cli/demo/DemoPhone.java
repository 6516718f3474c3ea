// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.demo.attack.DigestAnswer;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A phone behind a pretended NAT: its Contact is a private address where nobody reaches it, so only
 * the flow it registers over does. It registers with a password (RFC 3261 §10.2, RFC 7616), renews,
 * and answers calls. It can be unplugged, without a goodbye, and plugged in again, then from
 * another port as behind a real NAT. {@link #unplug}, {@link #plugIn} and the questions are for one
 * other thread.
 */
final class DemoPhone implements AutoCloseable {
  private static final int EXPIRES_S = 60;
  private static final long REPEAT_MS = 1000;

  /**
   * Where it is and where it registers.
   *
   * @param address its own, as Fairlead sees it
   */
  record Home(InetAddress address, String domain, InetSocketAddress registrar) {}

  private final String user;
  private final String password;
  private final Home home;
  private final RandomGenerator random;
  private final String contact;
  private @Nullable DemoEndpoint endpoint;
  private volatile boolean registered;

  /**
   * @param number tells phones apart, 1 to 250
   */
  DemoPhone(int number, String password, Home home, RandomGenerator random) {
    this.user = "phone" + number;
    this.password = password;
    this.home = home;
    this.random = random;
    this.contact = "sip:" + user + "@192.168.7." + number + ":5060";
  }

  String user() {
    return user;
  }

  /** Where it says that it is. */
  String contact() {
    return contact;
  }

  /** True when it runs. */
  boolean plugged() {
    return endpoint != null;
  }

  /** True when its latest REGISTER was answered 200. */
  boolean registered() {
    return registered && plugged();
  }

  /** Starts it; it registers at once. */
  void plugIn() throws IOException {
    Life life = new Life();
    DemoEndpoint living =
        new DemoEndpoint("fl-demo-" + user, new InetSocketAddress(home.address(), 0), life);
    life.begin(living, contact);
    endpoint = living;
    living.start();
    living.execute(life::register);
  }

  /** Ends it without a word. */
  void unplug() {
    DemoEndpoint living = endpoint;
    endpoint = null;
    registered = false;
    if (living != null) {
      living.close();
    }
  }

  @Override
  public void close() {
    unplug();
  }

  /** From one start to the next unplugging. */
  private final class Life extends DemoCallee {
    private final String callId = Long.toHexString(random.nextLong()) + "@" + user;
    private int cseq;
    private int answered;

    Life() {
      super(user, random);
    }

    void register() {
      send("");
    }

    private void send(String authorization) {
      cseq++;
      byte[] request = request(authorization);
      repeat(request, cseq);
    }

    private void repeat(byte[] request, int number) {
      if (number == cseq && answered < number) {
        own().send(request, home.registrar());
        own().after(REPEAT_MS, () -> repeat(request, number));
      }
    }

    @Override
    void onResponse(SipResponse response) {
      if (response.cseq() != cseq || answered == cseq || response.isProvisional()) {
        return;
      }
      answered = cseq;
      String challenge = response.value(HeaderName.WWW_AUTHENTICATE);
      if (response.status() == 401 && challenge != null && cseq % 2 == 1) {
        send(DigestAnswer.to(challenge, user, password, "sip:" + home.domain(), random));
        return;
      }
      registered = response.isSuccess();
      // The next REGISTER begins with an odd number again: it is asked for the password anew.
      cseq += cseq % 2;
      answered = cseq;
      own().after(EXPIRES_S * 500L, this::register);
    }

    private byte[] request(String authorization) {
      SipWriter out = new SipWriter(800);
      out.put("REGISTER sip:").put(home.domain()).put(" SIP/2.0").line();
      out.put("Via: SIP/2.0/UDP 192.168.7.1:5060;rport;branch=z9hG4bK-").put(user).put('-');
      out.number(cseq).put('-').hex(random.nextLong(), 16).line();
      out.put("Max-Forwards: 70").line();
      out.put("From: <sip:").put(user).put('@').put(home.domain()).put(">;tag=").put(user).line();
      out.put("To: <sip:").put(user).put('@').put(home.domain()).put('>').line();
      out.put("Call-ID: ").put(callId).line();
      out.put("CSeq: ").number(cseq).put(" REGISTER").line();
      out.put("Contact: <").put(contact).put('>').line();
      out.put("Expires: ").number(EXPIRES_S).line();
      out.put(authorization).put("Content-Length: 0").line().line();
      return out.copy();
    }
  }
}
