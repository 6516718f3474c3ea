// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.util.concurrent.atomic.LongAdder;

/** What a farm counts. Shared by its threads, which only add. */
final class FarmCounts {
  final LongAdder sent = new LongAdder();
  final LongAdder resent = new LongAdder();
  final LongAdder challenged = new LongAdder();
  final LongAdder answered = new LongAdder();
  final LongAdder renewed = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder options = new LongAdder();
  final LongAdder strangers = new LongAdder();
  final LongAdder calls = new LongAdder();
  final LongAdder unreachable = new LongAdder();
}
