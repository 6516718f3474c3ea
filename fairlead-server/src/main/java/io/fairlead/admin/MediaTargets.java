// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.media.MediaStatus;
import io.fairlead.media.MediaStatus.EngineStatus;
import io.fairlead.media.MediaStatus.NetworkPorts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Media engines as an operator names them, {@code media/rtp1}, and as the status shows them. */
final class MediaTargets {
  private static final String PREFIX = "media/";

  private MediaTargets() {}

  /** The engine that is meant, or null when the name means none. */
  static @Nullable String engine(MediaStatus media, String name) {
    return media.engines().stream()
        .map(EngineStatus::name)
        .filter(each -> name.equals(PREFIX + each))
        .findFirst()
        .orElse(null);
  }

  /** Their full names. */
  static List<String> names(MediaStatus media) {
    return media.engines().stream().map(each -> PREFIX + each.name()).toList();
  }

  /** All of it. */
  static Map<String, @Nullable Object> map(MediaStatus media) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (media.relay()) {
      map.put("streams", media.streams());
      map.put("srtp-sides", media.secured());
      map.put("ports", media.networks().stream().map(MediaTargets::ports).toList());
      map.put("kernel", media.kernel());
    }
    if (media.ngCalls() >= 0) {
      map.put("ng-calls", media.ngCalls());
    }
    map.put("engines", media.engines().stream().map(MediaTargets::engine).toList());
    return map;
  }

  private static Map<String, @Nullable Object> ports(NetworkPorts ports) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("network", ports.network());
    map.put("address", ports.address());
    map.put("taken", ports.taken());
    map.put("free", ports.free());
    return map;
  }

  /** One engine. */
  static Map<String, @Nullable Object> engine(EngineStatus engine) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", engine.name());
    map.put("path", PREFIX + engine.name());
    map.put("what", engine.what());
    map.put("state", engine.state());
    map.put("weight", engine.weight());
    map.put("calls", engine.calls());
    map.put("round-trip-ms", engine.roundTripUs() < 0 ? null : engine.roundTripUs() / 1000.0);
    return map;
  }
}
