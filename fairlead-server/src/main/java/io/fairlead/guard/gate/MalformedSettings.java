// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.config.Setting;

/**
 * How many messages a source may send that are none. Immutable.
 *
 * @param perSource how many
 */
public record MalformedSettings(
    @Setting(
            value = "10/10s",
            shortForm = true,
            doc =
                "Messages of a source that break the grammar or a rule of sanity, and requests of"
                    + " scanners. When there are more, whatever else it sends is dropped unread"
                    + " until the number is kept again; sources with a registration or a live call,"
                    + " `guard.allow`, backends and nodes excepted. A phone with a defect sends one"
                    + " such message again and again, no more than once a second.")
        MessageRate perSource) {}
