// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registrar that behaves as FreeSWITCH was seen to: its nonces are its own and good for one
 * count; the answer to another one's nonce gets 401 with stale=true, a wrong password 403; the 200
 * repeats the Contact without instance and does not copy Path.
 *
 * <p>Owned by the test's thread.
 */
final class FakeFreeSwitch {
  /** One registration. */
  record Held(String contact, String path, int expires, String callId) {}

  static final String REALM = "farm.test";

  final FakeBackend backend;
  final Map<String, Held> held = new HashMap<>();
  final List<Integer> answers = new ArrayList<>();
  boolean trusting;
  int most = Integer.MAX_VALUE;
  String more = "";
  String password = "secret";
  private final Set<String> nonces = new HashSet<>();
  private final Set<String> used = new HashSet<>();
  private int minted;

  FakeFreeSwitch(FakeBackend backend) {
    this.backend = backend;
    backend.takes();
    FakeAgent.Script calls = backend.script;
    backend.script =
        in -> {
          if (in.request.method().equals("REGISTER")) {
            register(in);
          } else {
            calls.on(in);
          }
        };
  }

  /** Everything is lost, as with a database in memory. */
  void empty() {
    held.clear();
    nonces.clear();
  }

  private void register(Incoming in) {
    String credentials = in.request.first("Authorization");
    if (trusting || proves(credentials)) {
      accept(in);
    } else if (!credentials.isEmpty()
        && nonces.contains(param(credentials, "nonce"))
        && used.add(param(credentials, "nonce") + param(credentials, "nc") + "wrong")
        && !right(credentials)) {
      answer(in, 403);
    } else {
      String nonce = "nonce-" + minted++ + "-of-" + backend.address.getAddress().getHostAddress();
      nonces.add(nonce);
      String stale = credentials.isEmpty() ? "" : ", stale=true";
      answer(
          in,
          401,
          "WWW-Authenticate: Digest realm=\"farm.test\", nonce=\""
              + nonce
              + "\", algorithm=MD5, qop=\"auth\""
              + stale);
    }
  }

  private void answer(Incoming in, int status, String... headers) {
    answers.add(status);
    in.answer(status, headers);
  }

  private boolean proves(String credentials) {
    return !credentials.isEmpty()
        && nonces.contains(param(credentials, "nonce"))
        && right(credentials)
        && used.add(param(credentials, "nonce") + param(credentials, "nc"));
  }

  private boolean right(String credentials) {
    return param(credentials, "response")
        .equals(
            response(
                param(credentials, "username"),
                password,
                param(credentials, "nonce"),
                param(credentials, "uri"),
                param(credentials, "nc"),
                param(credentials, "cnonce")));
  }

  private void accept(Incoming in) {
    String user = Seen.bracketed(in.request.first("To"));
    String contact = in.request.first("Contact");
    int asked = expires(in.request);
    if (asked == 0) {
      held.remove(user);
      answer(in, 200, "Date: Sun, 22 Nov 2026 10:32:29 GMT");
      return;
    }
    int granted = Math.min(most, asked);
    held.put(user, new Held(contact, in.request.first("Path"), granted, in.request.callId()));
    answer(
        in,
        200,
        "Contact: <" + Seen.bracketed(contact) + ">;expires=" + granted + more,
        "Date: Sun, 22 Nov 2026 10:32:29 GMT");
  }

  private static int expires(Seen request) {
    String own = Seen.param(request.first("Contact"), "expires");
    String header = request.first("Expires");
    return own.isEmpty()
        ? header.isEmpty() ? 3600 : Integer.parseInt(header)
        : Integer.parseInt(own);
  }

  static String param(String credentials, String name) {
    Matcher matcher =
        Pattern.compile("[ ,]" + name + "=(?:\"([^\"]*)\"|([^, ]*))").matcher(" " + credentials);
    return !matcher.find() ? "" : matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
  }

  static String ha1(String user, String password) {
    return md5(user + ":" + REALM + ":" + password);
  }

  static String response(
      String user, String password, String nonce, String uri, String nc, String cnonce) {
    String middle = nonce + ":" + nc + ":" + cnonce + ":auth:";
    return md5(ha1(user, password) + ":" + middle + md5("REGISTER:" + uri));
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
