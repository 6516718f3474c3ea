// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.concurrent.atomic.AtomicInteger;

/** The room's counters, resolved once. Shared: see docs/ownership.md. */
final class KernelMeters {
  /** Streams that are forwarded now. */
  final AtomicInteger streams = new AtomicInteger();

  /** Streams that could not be forwarded, or were taken back unasked. */
  final Counter failures;

  final Counter packets;

  KernelMeters(Meters meters) {
    meters.gauge(Meter.KERNEL_STREAMS, streams::get);
    failures = meters.counter(Meter.KERNEL_FAILURES);
    packets = meters.counter(Meter.KERNEL_PACKETS);
  }
}
