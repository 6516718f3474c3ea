// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.registrar.ExpiresSettings;
import io.fairlead.sip.SipRequest;
import java.util.random.RandomGenerator;

/** How long a device in mode mid is granted. Owned by one loop. */
final class DeviceExpires {
  private final ExpiresSettings settings;
  private final RandomGenerator random;

  DeviceExpires(ExpiresSettings settings, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
  }

  // The shortest that any Contact asks for: one answer serves them all.
  private long asked(SipRequest request) {
    long header = ContactIterator.header(request);
    long least = Long.MAX_VALUE;
    ContactIterator contact = new ContactIterator(request);
    while (contact.next()) {
      long own = contact.expires() == ContactIterator.NONE ? header : contact.expires();
      if (own > 0) {
        least = Math.min(least, own);
      }
    }
    return least == Long.MAX_VALUE ? settings.usual().toSeconds() : least;
  }

  /** True when it asks for less than is accepted. */
  boolean tooBrief(SipRequest request) {
    return asked(request) < settings.min().toSeconds();
  }

  /** The most it could be granted, in seconds. */
  long most(SipRequest request) {
    return Math.clamp(asked(request), settings.min().toSeconds(), settings.max().toSeconds());
  }

  /** What it is granted, in seconds: somewhat less at random. */
  long some(SipRequest request) {
    long most = most(request);
    long less = (long) (most * settings.spread().fraction() * random.nextDouble());
    return Math.max(settings.min().toSeconds(), most - less);
  }
}
