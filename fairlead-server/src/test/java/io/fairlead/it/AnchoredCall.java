// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.util.List;

/** Two phones and a call between them whose media Fairlead relays. Owned by one test. */
final class AnchoredCall implements AutoCloseable {
  private static final int PCMA = 8;
  private static final int SAMPLES = 160;

  private final RelayingFairlead fairlead;
  private final ScriptedPhone caller;
  private final ScriptedPhone callee;
  private final String user;
  private InetSocketAddress callerSendsTo = new InetSocketAddress(0);
  private InetSocketAddress calleeSendsTo = new InetSocketAddress(0);

  AnchoredCall(RelayingFairlead fairlead, ScriptedPhone caller, ScriptedPhone callee, String user) {
    this.fairlead = fairlead;
    this.caller = caller;
    this.callee = callee;
    this.user = user;
  }

  ScriptedPhone caller() {
    return caller;
  }

  ScriptedPhone callee() {
    return callee;
  }

  /** What the caller dials. */
  String user() {
    return user;
  }

  String callId() {
    return caller.callId();
  }

  /** Where the caller was told to send its audio. */
  InetSocketAddress callerSendsTo() {
    return callerSendsTo;
  }

  /** Where the callee was told to send its audio. */
  InetSocketAddress calleeSendsTo() {
    return calleeSendsTo;
  }

  /** Sets the call up with offer in the INVITE and answer in the 200. */
  AnchoredCall begins() {
    return begins(caller.sdp(), callee.sdp());
  }

  AnchoredCall begins(String offer, String answer) {
    caller.invites(user, offer);
    return isAnswered(answer);
  }

  /** Answers the INVITE that the caller has sent. */
  AnchoredCall isAnswered() {
    return isAnswered(callee.sdp());
  }

  private AnchoredCall isAnswered(String answer) {
    String invite = callee.awaits("INVITE ");
    callee.answers(invite, 200, answer);
    String ok = caller.awaits("SIP/2.0 200");
    caller.acknowledges(ok, null);
    callee.awaits("ACK ");
    ways(invite, ok, "audio");
    return this;
  }

  /** An offer and an answer in the call; what each side read, the offer first. */
  List<String> renegotiates(ScriptedPhone offerer, String offer, String answer) {
    ScriptedPhone answerer = offerer == caller ? callee : caller;
    offerer.reinvites(offer);
    String invite = answerer.awaits("INVITE ");
    answerer.answers(invite, 200, answer);
    String ok = offerer.awaits("SIP/2.0 200");
    offerer.acknowledges(ok, null);
    answerer.awaits("ACK ");
    return List.of(invite, ok);
  }

  /** Takes the ways told by the caller's offer and its answer. */
  void ways(String invite, String ok, String media) {
    calleeSendsTo = MediaSocket.named(invite, media);
    callerSendsTo = MediaSocket.named(ok, media);
  }

  /** RTP in turn, both ways, each packet byte for byte. */
  void talk(int packets) {
    for (int i = 0; i < packets; i++) {
      callerSays(PCMA, SAMPLES);
      calleeSays(PCMA, SAMPLES);
    }
  }

  /** One packet of the caller, which must come to the callee as it is. */
  void callerSays(int payloadType, int length) {
    callerSays(caller.media().rtp(payloadType, length));
  }

  void callerSays(byte[] packet) {
    caller.media().delivers(packet, callerSendsTo, callee.media(), calleeSendsTo);
  }

  void calleeSays(int payloadType, int length) {
    calleeSays(callee.media().rtp(payloadType, length));
  }

  void calleeSays(byte[] packet) {
    callee.media().delivers(packet, calleeSendsTo, caller.media(), callerSendsTo);
  }

  /** The caller hangs up; the call's line in the log. */
  String ends() {
    caller.hangsUp();
    callee.answers(callee.awaits("BYE "), 200, null);
    caller.awaits("SIP/2.0 200");
    return line();
  }

  /** The call's line in the log, once it is there. */
  String line() {
    return fairlead.line(callId());
  }

  @Override
  public void close() {
    caller.close();
    callee.close();
  }
}
