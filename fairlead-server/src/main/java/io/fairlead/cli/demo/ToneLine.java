// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.demo.tone.TonePhone;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A caller and a callee who call each other again and again, each behind a NAT of his own. The
 * caller's thread and the callee's each write their part; anybody may read.
 */
final class ToneLine {
  /** How its call is. */
  enum State {
    IDLE,
    CALLING,
    TALKING,
    HELD
  }

  private static final InetAddress CALLERS_NAT = InetAddress.ofLiteral("127.0.1.1");
  private static final InetAddress CALLEES_NAT = InetAddress.ofLiteral("127.0.2.1");
  private static final int LOWEST_HZ = 350;
  private static final int APART_HZ = 70;
  private static final int TONES = 44;

  private final int number;
  private volatile State state = State.IDLE;
  private volatile String callId = "";
  private volatile boolean moved;
  private volatile @Nullable TonePhone callerPhone;
  private volatile @Nullable TonePhone calleePhone;

  /**
   * @param number from 1 to 250; tells lines apart
   */
  ToneLine(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  String caller() {
    return "a" + number;
  }

  String callee() {
    return "b" + number;
  }

  /** Where the caller's phone thinks it is. */
  String callerAddress() {
    return "192.168.1." + number;
  }

  /** Where the callee's phone thinks it is. */
  String calleeAddress() {
    return "192.168.2." + number;
  }

  static InetAddress callersNat() {
    return CALLERS_NAT;
  }

  static InetAddress calleesNat() {
    return CALLEES_NAT;
  }

  private int tone(int side) {
    return LOWEST_HZ + APART_HZ * ((2 * number + side) % TONES);
  }

  State state() {
    return state;
  }

  void state(State now) {
    state = now;
  }

  /** The Call-ID of its call, or of its last one. */
  String callId() {
    return callId;
  }

  /** Whether the NAT has given one of the phones another port in this call. */
  boolean moved() {
    return moved;
  }

  /** The callee's NAT gives the phone another port. */
  void move() {
    TonePhone phone = calleePhone;
    if (phone != null) {
      moved = true;
      phone.move();
    }
  }

  @Nullable TonePhone callerPhone() {
    return callerPhone;
  }

  @Nullable TonePhone calleePhone() {
    return calleePhone;
  }

  /** The caller takes the receiver off. */
  TonePhone lift(String id) throws IOException {
    TonePhone phone = new TonePhone(CALLERS_NAT, tone(0), tone(1));
    callId = id;
    moved = false;
    callerPhone = phone;
    return phone;
  }

  /** The callee does. */
  TonePhone answer() throws IOException {
    TonePhone phone = new TonePhone(CALLEES_NAT, tone(1), tone(0));
    calleePhone = phone;
    return phone;
  }
}
