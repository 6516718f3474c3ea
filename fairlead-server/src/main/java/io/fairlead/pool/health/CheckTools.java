// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.loop.Loop;
import io.fairlead.pool.freeswitch.FreeSwitches;

/**
 * What a check gets when it is made. Immutable.
 *
 * @param prober sends SIP
 * @param timeoutNs how long an answer may take
 * @param home the pool's home loop
 * @param freeSwitches of other pools, to be asked
 */
public record CheckTools(Prober prober, long timeoutNs, Loop home, FreeSwitches freeSwitches) {}
