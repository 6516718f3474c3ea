// SPDX-License-Identifier: Apache-2.0
/**
 * What Fairlead costs, measured; never shipped.
 *
 * <ul>
 *   <li>Holds: JMH benchmarks, and a farm of phones that loads a registrar.
 *   <li>Called by: who wants to know.
 *   <li>Calls: the codec and rivals of it, the transaction table, pools, the timer wheel.
 *   <li>Owned by: the JMH thread; the farm has threads of its own.
 *   <li>Start at: {@link io.fairlead.bench.ParserBenchmark}, {@link io.fairlead.bench.PhoneFarm}.
 * </ul>
 */
@NullMarked
package io.fairlead.bench;

import org.jspecify.annotations.NullMarked;
