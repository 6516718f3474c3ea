// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Well-formed requests and responses of every kind, to be sent as they are or changed by a {@link
 * Mutator}. Owned by the test's thread.
 */
final class FuzzMessages {
  private static final String[] USERS = {
    "alice", "bob", "carol", "dave", "911", "a%20b", "x-1;p=2"
  };
  private static final String[] DOMAINS = {
    "example.com", "example.com", "example.org", "203.0.113.10"
  };
  private static final String[] OUTSIDE = {
    "INVITE", "INVITE", "INVITE", "INVITE", "REGISTER", "REGISTER", "REGISTER", "OPTIONS",
        "MESSAGE",
    "SUBSCRIBE", "PUBLISH", "REFER", "NOTIFY", "INFO", "DANCE", "BYE", "UPDATE", "PRACK"
  };
  private static final String[] INSIDE = {
    "BYE",
    "BYE",
    "INVITE",
    "INVITE",
    "UPDATE",
    "INFO",
    "REFER",
    "NOTIFY",
    "SUBSCRIBE",
    "MESSAGE",
    "OPTIONS",
    "PRACK",
    "ACK",
    "CANCEL"
  };
  private static final int[] FINALS = {
    200, 200, 200, 200, 200, 202, 299, 302, 401, 407, 404, 408, 430, 480, 481, 486, 487, 488, 491,
    500, 502, 503, 503, 504, 600, 603
  };
  private static final int[] PROVISIONALS = {100, 100, 180, 180, 183, 181, 199};
  private static final String SDP = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n";

  /** A description with a stream that may be relayed. */
  static final String AUDIO = SDP + "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";

  /** What stands in bodies. */
  String sdp = SDP;

  /** Two of three messages have a description, not one. */
  boolean often;

  /** Requests say who calls, and some prove it, or do not. */
  boolean identities;

  /** Whose messages they are. */
  interface Sender {
    /** Host and port as in Via and Contact. */
    String at();

    /** {@code UDP} or {@code TCP}. */
    String transport();
  }

  private final SplittableRandom random;
  private int minted;

  FuzzMessages(SplittableRandom random) {
    this.random = random;
  }

  String mint(String what) {
    return what + ++minted;
  }

  private String one(String[] of) {
    return of[random.nextInt(of.length)];
  }

  // ---- requests ----

  /** A request that begins something. */
  MessageDraft outside(Sender from) {
    String method = one(OUTSIDE);
    return method.equals("REGISTER") ? register(from) : outside(from, method);
  }

  MessageDraft outside(Sender from, String method) {
    String target = "sip:" + one(USERS) + "@" + one(DOMAINS);
    MessageDraft draft = new MessageDraft(method + " " + target + " SIP/2.0");
    via(draft, from);
    draft.with("From", "<sip:" + one(USERS) + "@example.org>;tag=" + mint("f"));
    draft.with("To", "<" + target + ">");
    draft.with("Call-ID", mint("call")).with("CSeq", 1 + random.nextInt(3) + " " + method);
    return dressed(draft, from);
  }

  void via(MessageDraft draft, Sender from) {
    String rport = random.nextInt(4) == 0 ? "" : ";rport";
    String branch = random.nextInt(40) == 0 ? "always" : mint("b");
    String cookie = random.nextInt(60) == 0 ? "" : "z9hG4bK";
    String via =
        "SIP/2.0/" + from.transport() + " " + from.at() + rport + ";branch=" + cookie + branch;
    draft.with("Via", via);
    if (random.nextInt(5) != 0) {
      draft.with("Max-Forwards", "70");
    }
  }

  private MessageDraft dressed(MessageDraft draft, Sender from) {
    draft.with("Contact", contact(from, ""));
    if (random.nextInt(3) == 0) {
      draft.with("Supported", "100rel, timer, path, outbound, gruu");
    }
    if (random.nextInt(8) == 0) {
      draft.with("Session-Expires", String.valueOf(1 + random.nextInt(1800)));
    }
    if (random.nextInt(3) == 0 != often) {
      draft.with("Content-Type", "application/sdp");
      draft.body = sdp;
    }
    if (identities) {
      proven(draft);
    }
    return draft;
  }

  private void proven(MessageDraft draft) {
    if (random.nextBoolean()) {
      String uri = random.nextBoolean() ? "tel:+4930222" : "sip:+4930222;verstat=x@example.org";
      draft.with("P-Asserted-Identity", "\"A\" <" + uri + ">");
    }
    if (random.nextInt(3) != 0) {
      String info = random.nextInt(3) == 0 ? "http://localhost/" : "https://localhost:1/";
      draft.with("Identity", "e30.e30.AAAA;info=<" + info + ">;alg=ES256;ppt=shaken");
    }
    if (random.nextInt(4) == 0) {
      draft.with("Date", "Fri, 15 Jan 2027 08:00:00 GMT");
    }
  }

  private static String contact(Sender from, String params) {
    String by = from.transport().equals("UDP") ? "" : ";transport=tcp";
    return "<sip:ua@" + from.at() + by + ">" + params;
  }

  private MessageDraft register(Sender from) {
    String aor = "sip:" + one(USERS) + "@example.com";
    MessageDraft draft = new MessageDraft("REGISTER sip:example.com SIP/2.0");
    via(draft, from);
    draft.with("From", "<" + aor + ">;tag=" + mint("f")).with("To", "<" + aor + ">");
    draft.with("Call-ID", "reg" + random.nextInt(12));
    draft.with("CSeq", ++minted + " REGISTER");
    String instance = ";+sip.instance=\"<urn:uuid:0000000" + random.nextInt(4) + "-0000>\"";
    String params =
        switch (random.nextInt(6)) {
          case 0 -> ";expires=0";
          case 1 -> instance + ";reg-id=" + random.nextInt(3);
          case 2 -> ";q=0." + random.nextInt(10);
          case 3 -> ";expires=" + random.nextInt(400);
          default -> "";
        };
    if (random.nextInt(20) == 0) {
      draft.with("Contact", "*").with("Expires", "0");
    } else if (random.nextInt(12) != 0) {
      draft.with("Contact", contact(from, params));
    }
    if (random.nextInt(3) == 0) {
      draft.with("Supported", "path, outbound, gruu");
    }
    if (random.nextInt(2) == 0) {
      draft.with("Expires", String.valueOf(random.nextInt(4000)));
    }
    return draft;
  }

  /** A dialog as one side knows it. */
  record Dialog(
      String callId, String local, String remote, String target, List<String> routes, int cseq) {}

  /** A request inside a dialog. */
  MessageDraft inside(Sender from, Dialog dialog) {
    String method = one(INSIDE);
    return inside(from, dialog, method, dialog.cseq + 1 + random.nextInt(20));
  }

  MessageDraft inside(Sender from, Dialog dialog, String method, int cseq) {
    MessageDraft draft = new MessageDraft(method + " " + dialog.target + " SIP/2.0");
    via(draft, from);
    draft.withAll("Route", dialog.routes).with("From", dialog.local).with("To", dialog.remote);
    draft.with("Call-ID", dialog.callId).with("CSeq", cseq + " " + method);
    return dressed(draft, from);
  }

  /** What follows an INVITE on its hop: its CANCEL, or the ACK to a failure. */
  static MessageDraft hop(MessageDraft invite, String method, String to) {
    MessageDraft draft = new MessageDraft(method + " " + invite.uri() + " SIP/2.0");
    draft.with("Via", invite.first("via")).with("Max-Forwards", "70");
    draft.withAll("Route", invite.all("route")).with("From", invite.first("from"));
    draft.with("To", to).with("Call-ID", invite.first("call-id"));
    return draft.with("CSeq", invite.cseq() + " " + method);
  }

  // ---- responses ----

  int provisional() {
    return PROVISIONALS[random.nextInt(PROVISIONALS.length)];
  }

  int finalStatus() {
    return FINALS[random.nextInt(FINALS.length)];
  }

  MessageDraft response(Sender by, MessageDraft request, int status, String tag) {
    MessageDraft draft = new MessageDraft("SIP/2.0 " + status + " So");
    draft.withAll("Via", request.all("via")).withAll("Record-Route", request.all("record-route"));
    String to = request.first("to");
    boolean tagged = status == 100 || !MessageDraft.param(to, "tag").isEmpty();
    draft.with("From", request.first("from")).with("To", tagged ? to : to + ";tag=" + tag);
    draft.with("Call-ID", request.first("call-id")).with("CSeq", request.first("cseq"));
    if (request.method().equals("REGISTER")) {
      for (String bound : request.all("contact")) {
        draft.with("Contact", bound.contains("expires=") ? bound : bound + ";expires=300");
      }
    } else if (status != 100) {
      draft.with("Contact", contact(by, ""));
    }
    return extras(draft, status);
  }

  private MessageDraft extras(MessageDraft draft, int status) {
    if (status == 401 || status == 407) {
      String name = status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
      draft.with(name, "Digest realm=\"farm\", nonce=\"" + mint("n") + "\", qop=\"auth\"");
    } else if (status == 503 && random.nextBoolean()) {
      draft.with("Retry-After", String.valueOf(random.nextInt(400)));
    } else if (status == 183) {
      draft.with("Require", "100rel").with("RSeq", String.valueOf(random.nextInt(9)));
    } else if (status == 200 && random.nextInt(6) == 0) {
      draft.with("Session-Expires", 1 + random.nextInt(120) + ";refresher=uac");
    }
    if (random.nextInt(3) == 0 != often) {
      draft.with("Content-Type", "application/sdp");
      draft.body = sdp;
    }
    return draft;
  }

  /** The dialog that a response makes for who sent the request. */
  static Dialog ofCaller(MessageDraft response) {
    List<String> routes = new ArrayList<>(response.all("record-route"));
    return new Dialog(
        response.first("call-id"),
        response.first("from"),
        response.first("to"),
        MessageDraft.bracketed(response.first("contact")),
        routes.reversed(),
        response.cseq());
  }

  /** The dialog that a response makes for who gave it. */
  static Dialog ofCallee(MessageDraft request, MessageDraft response) {
    return new Dialog(
        request.first("call-id"),
        response.first("to"),
        request.first("from"),
        MessageDraft.bracketed(request.first("contact")),
        request.all("record-route"),
        0);
  }
}
