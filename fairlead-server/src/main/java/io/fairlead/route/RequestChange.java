// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import java.util.ArrayList;
import java.util.List;

/** One thing a route changes in a request. Immutable. */
sealed interface RequestChange {
  /** Adds the change to the edit. */
  void apply(SipRequest request, Edit edit);

  /** The changes of a route. */
  static List<RequestChange> of(RouteSettings route) {
    List<RequestChange> changes = new ArrayList<>();
    UserRewrite user = route.rewrite().user();
    if (user.regex() != null && user.replace() != null) {
      changes.add(new ReplaceUser(UserReplacement.of(user.regex(), user.replace())));
    } else if (!user.isEmpty()) {
      String strip = user.strip() == null ? "" : user.strip();
      String prefix = user.prefix() == null ? "" : user.prefix();
      changes.add(new StripAndPrefix(SafeMessageText.bytes(strip), PercentEscapes.escape(prefix)));
    }
    if (route.rewrite().host() != null) {
      changes.add(new SetHost(route.rewrite().host()));
    }
    route
        .headers()
        .set()
        .forEach((name, value) -> {
          HeaderKey key = HeaderKey.of(name);
          changes.add(new SetHeader(key, key.text() + ": " + value.strip() + "\r\n"));
        });
    for (String name : route.headers().remove()) {
      changes.add(new RemoveHeader(HeaderKey.of(name)));
    }
    return changes;
  }

  /** Takes a text from the beginning of the user and puts another one there. */
  record StripAndPrefix(String strip, String prefix) implements RequestChange {
    @Override
    public void apply(SipRequest request, Edit edit) {
      SipUri uri = request.uri();
      if (!uri.hasUser()) {
        return;
      }
      int rest = stripped(request.bytes(), uri.userFrom(), uri.userTo());
      // A URI with an @ and no user before it breaks the grammar.
      boolean nothingLeft = rest == uri.userTo() && prefix.isEmpty();
      if (!nothingLeft && (rest > uri.userFrom() || !prefix.isEmpty())) {
        edit.replace(uri.userFrom(), rest).put(prefix);
      }
    }

    // Behind the text to strip, or from when it does not stand there.
    private int stripped(byte[] bytes, int from, int to) {
      int at = from;
      for (int i = 0; i < strip.length(); i++) {
        if (at >= to || (PercentEscapes.at(bytes, at, to) & 0xff) != strip.charAt(i)) {
          return from;
        }
        at += PercentEscapes.width(bytes, at, to);
      }
      return at;
    }
  }

  /** Puts another user in place of one that matches. */
  record ReplaceUser(UserReplacement replacement) implements RequestChange {
    @Override
    public void apply(SipRequest request, Edit edit) {
      SipUri uri = request.uri();
      MatchInput subject = MatchInput.mine();
      byte[] user = subject.user(request) ? replacement.apply(subject) : null;
      if (user != null && user.length > 0) {
        edit.replace(uri.userFrom(), uri.userTo()).put(user);
      }
    }
  }

  /** Puts another host and port in place of those of the request-URI. */
  record SetHost(String host) implements RequestChange {
    @Override
    public void apply(SipRequest request, Edit edit) {
      SipUri uri = request.uri();
      edit.replace(uri.hostFrom(), uri.paramsFrom()).put(host);
    }
  }

  /** Puts one line in place of all of that name. */
  record SetHeader(HeaderKey key, String line) implements RequestChange {
    @Override
    public void apply(SipRequest request, Edit edit) {
      int first = key.first(request);
      if (first < 0) {
        edit.insert(request.lineEnd(request.last(HeaderName.VIA))).put(line);
        return;
      }
      edit.replace(request.lineStart(first), request.lineEnd(first)).put(line);
      for (int i = key.next(request, first); i >= 0; i = key.next(request, i)) {
        edit.cut(request.lineStart(i), request.lineEnd(i));
      }
    }
  }

  /** Cuts all lines of that name. */
  record RemoveHeader(HeaderKey key) implements RequestChange {
    @Override
    public void apply(SipRequest request, Edit edit) {
      for (int i = key.first(request); i >= 0; i = key.next(request, i)) {
        edit.cut(request.lineStart(i), request.lineEnd(i));
      }
    }
  }
}
