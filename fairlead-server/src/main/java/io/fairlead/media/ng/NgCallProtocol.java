// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.engine.CallProtocol;
import io.fairlead.media.engine.PayloadTypeAligner;
import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgList;
import io.fairlead.media.ng.NgValue.NgText;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call at an rtpengine. Its key there is the Call-ID as it is, so that what rtpengine logs and
 * lists can be found in ours.
 *
 * <p>Owned by one loop, the call's.
 */
final class NgCallProtocol implements CallProtocol {
  private final String engine;
  private final Map<String, String> interfaces;
  private final MediaRequest request;
  private final PayloadTypeAligner numbers = new PayloadTypeAligner();
  private String calleeNetwork;
  private String lastCalleeTag = "";
  private boolean described;

  NgCallProtocol(String engine, Map<String, String> interfaces, MediaRequest request) {
    this.engine = engine;
    this.interfaces = interfaces;
    this.request = request;
    this.calleeNetwork = request.calleeNetwork();
  }

  @Override
  public List<byte[]> describe(Told told) {
    byte[] sdp = told.sdp();
    if (told.offer()) {
      numbers.offer(sdp);
    } else {
      sdp = numbers.answer(sdp);
    }
    described = true;
    lastCalleeTag = told.calleeTag().isEmpty() ? lastCalleeTag : told.calleeTag();
    NgDictionary body = about(told.offer() ? "offer" : "answer");
    Side offerer = told.offer() ? told.from() : told.from().other();
    tags(body, offerer, told.calleeTag());
    body.put("sdp", new NgText(Bencode.latin(sdp, 0, sdp.length)));
    body.put("replace", NgList.of("origin", "session-connection"));
    body.put("ICE", "remove");
    String from = interfaces.get(network(offerer));
    String to = interfaces.get(network(offerer.other()));
    if (told.offer() && from != null && to != null) {
      body.put("direction", NgList.of(from, to));
    }
    return List.of(NgProtocol.payload(body));
  }

  private NgDictionary about(String command) {
    return new NgDictionary().put("command", command).put("call-id", octets(request.callId()));
  }

  private void tags(NgDictionary body, Side offerer, String calleeTag) {
    String caller = octets(request.callerTag());
    String callee = octets(calleeTag);
    body.put("from-tag", offerer == Side.CALLER ? caller : callee);
    String other = offerer == Side.CALLER ? callee : caller;
    if (!other.isEmpty()) {
      body.put("to-tag", other);
    }
  }

  private String network(Side side) {
    return side == Side.CALLER ? request.callerNetwork() : calleeNetwork;
  }

  private static String octets(String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return Bencode.latin(bytes, 0, bytes.length);
  }

  @Override
  public Reading read(Told told, List<byte[]> answers) {
    NgDictionary answer = read(answers.getFirst());
    if (answer == null) {
      return new Reading.Refused("an answer that cannot be read");
    }
    if (answer.text("result").equals("ok") && answer.entries().get("sdp") instanceof NgText sdp) {
      return new Reading.Rewritten(sdp.bytes());
    }
    String reason = answer.text("error-reason");
    return unknown(reason)
        ? new Reading.Gone()
        : new Reading.Refused(
            reason.isEmpty() ? answer.text("result") + " " + answer.text("message") : reason);
  }

  private static boolean unknown(String reason) {
    return reason.equals("Unknown call-id");
  }

  private static @Nullable NgDictionary read(byte[] bytes) {
    return NgProtocol.read(bytes, 0, bytes.length);
  }

  @Override
  public void moveCallee(String network) {
    calleeNetwork = network;
  }

  @Override
  public List<byte[]> query() {
    return described ? List.of(NgProtocol.payload(about("query"))) : List.of();
  }

  @Override
  public @Nullable MediaReport report(List<byte[]> answers) {
    NgDictionary answer = read(answers.getFirst());
    if (answer == null) {
      return MediaReport.NONE;
    }
    return unknown(answer.text("error-reason")) ? null : statistics(answer);
  }

  private MediaReport statistics(NgDictionary answer) {
    return NgCallStatistics.report(
        engine, answer, octets(request.callerTag()), octets(lastCalleeTag));
  }

  // Without to-tag and branch the whole call goes; without a delay the ports are free at once.
  @Override
  public byte[] delete() {
    NgDictionary body = about("delete").put("from-tag", octets(request.callerTag()));
    return NgProtocol.payload(body.put("delete-delay", 0));
  }

  @Override
  public @Nullable MediaReport lastReport(byte[] answer) {
    NgDictionary body = read(answer);
    return body == null || body.dictionary("tags").entries().isEmpty() ? null : statistics(body);
  }

  @Override
  public boolean reportsAtEnd() {
    return true;
  }
}
