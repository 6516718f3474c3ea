// SPDX-License-Identifier: Apache-2.0
package io.fairlead.stun;

/** The attributes whose meaning RFC 8489 §14 gives. Immutable. */
public enum StunAttribute {
  /** An address as it is; for those who know RFC 3489 only. */
  MAPPED_ADDRESS(0x0001),
  USERNAME(0x0006),
  MESSAGE_INTEGRITY(0x0008),
  ERROR_CODE(0x0009),
  UNKNOWN_ATTRIBUTES(0x000A),
  REALM(0x0014),
  NONCE(0x0015),
  MESSAGE_INTEGRITY_SHA256(0x001C),
  PASSWORD_ALGORITHM(0x001D),
  USERHASH(0x001E),
  /** An address that no NAT on the way takes for one and rewrites. */
  XOR_MAPPED_ADDRESS(0x0020),
  SOFTWARE(0x8022),
  ALTERNATE_SERVER(0x8023),
  FINGERPRINT(0x8028),
  /** Any other. */
  OTHER(-1);

  private static final int OPTIONAL = 0x8000;
  private static final StunAttribute[] ALL = values();

  private final int code;

  StunAttribute(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The attribute of that number; {@link #OTHER} for one that RFC 8489 does not have. */
  public static StunAttribute of(int code) {
    for (StunAttribute each : ALL) {
      if (each.code == code) {
        return each;
      }
    }
    return OTHER;
  }

  /** True when who does not know it must not do as if it was not there. */
  public static boolean mustBeKnown(int code) {
    return code < OPTIONAL;
  }
}
