// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that came to a {@link FakeAgent}, and its answers. Owned by the test's thread. */
final class Incoming {
  private static final long T1 = 500;
  private static final long T2 = 4000;
  private static final long GIVE_UP = 32_000;

  final FakeAgent agent;
  final Seen request;
  String tag;
  boolean acknowledged;

  /** What the responses say in the topmost Via in place of what overload control asks there. */
  @Nullable String viaParameters;

  /** The body of the responses from now on. */
  String body = "";

  private final VirtualNet.Link link;
  private @Nullable String last;
  private boolean done;

  Incoming(FakeAgent agent, VirtualNet.Link link, Seen request) {
    this.agent = agent;
    this.link = link;
    this.request = request;
    this.tag = request.toTag().isEmpty() ? agent.mint("t") : request.toTag();
  }

  /** Answers under that tag. */
  Incoming tag(String other) {
    tag = other;
    return this;
  }

  boolean isFor(Seen ack) {
    return request.method().equals("INVITE")
        && request.callId().equals(ack.callId())
        && request.cseq() == ack.cseq()
        && (ack.toTag().isEmpty() || ack.toTag().equals(tag));
  }

  /** Answers; nothing happens when a final answer was given. */
  Incoming answer(int status, String... headers) {
    if (done) {
      return this;
    }
    done = status >= 200;
    String text = write(status, headers);
    last = text;
    if (status > 100 && status < 300 && beginsDialog()) {
      confirm();
    }
    if (done && request.method().equals("INVITE")) {
      repeat(text, T1, agent.net.nowMs());
    } else {
      link.send(text);
    }
    return this;
  }

  /** Answers with a body. */
  Incoming answerWith(String text, int status, String... headers) {
    body = text;
    return answer(status, headers);
  }

  /** Answers later with a body. */
  Incoming answerWithAfter(long ms, String text, int status, String... headers) {
    agent.net.after(ms, () -> answerWith(text, status, headers));
    return this;
  }

  /** Answers later. */
  Incoming answerAfter(long ms, int status, String... headers) {
    agent.net.after(ms, () -> answer(status, headers));
    return this;
  }

  private void repeat(String text, long interval, long startedMs) {
    if (acknowledged || agent.net.nowMs() - startedMs >= GIVE_UP) {
      return;
    }
    link.send(text);
    if (!link.transport().reliable() || text.startsWith("SIP/2.0 2")) {
      agent.net.after(interval, () -> repeat(text, Math.min(T2, interval * 2), startedMs));
    }
  }

  /** The request came again. */
  void again() {
    String text = last;
    if (text != null && !acknowledged) {
      link.send(text);
    }
  }

  /** Sends the last response once more, acknowledged or not. */
  void repeat() {
    String text = last;
    if (text != null) {
      link.send(text);
    }
  }

  private boolean beginsDialog() {
    return List.of("INVITE", "SUBSCRIBE").contains(request.method()) && request.toTag().isEmpty();
  }

  private void confirm() {
    if (agent.legs.containsKey(request.callId())) {
      return;
    }
    Leg leg =
        new Leg(
            agent,
            request.callId(),
            tag,
            Seen.bracketed(request.first("To")),
            Seen.bracketed(request.first("From")),
            Seen.bracketed(request.first("Contact")));
    leg.remoteTag = request.fromTag();
    leg.routes = request.all("Record-Route");
    leg.cseq = 100;
    leg.requests.add(request);
    agent.legs.put(request.callId(), leg);
  }

  private List<String> multiplied(String name) {
    List<String> values = new ArrayList<>();
    request
        .text()
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> List.of(line.substring(name.length() + 2).split(" *, *")))
        .forEach(list -> {
          for (int i = 0; i < list.size(); i++) {
            values.addAll(list.subList(i, list.size()));
          }
        });
    return values;
  }

  private String write(int status, String... headers) {
    StringBuilder text = new StringBuilder("SIP/2.0 " + status + " Because\r\n");
    List<String> copied = new ArrayList<>(List.of("Via", "From", "To", "Call-ID", "CSeq"));
    if (status > 100 && status < 300) {
      copied.add("Record-Route");
    }
    for (String name : copied) {
      String said = name.equals("Via") ? viaParameters : null;
      for (String each : agent.multipliesLists ? multiplied(name) : request.all(name)) {
        String value = said == null ? each : each.replaceFirst("(;oc.*)?$", said);
        said = null;
        boolean tagged = name.equals("To") && status > 100 && request.toTag().isEmpty();
        text.append(name)
            .append(": ")
            .append(value)
            .append(tagged ? ";tag=" + tag : "")
            .append("\r\n");
      }
    }
    if (status > 100 && status < 300 && !request.method().equals("REGISTER")) {
      text.append("Contact: <").append(agent.contactUri()).append(">\r\n");
    }
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append(FakeAgent.ended(body)).toString();
  }
}
