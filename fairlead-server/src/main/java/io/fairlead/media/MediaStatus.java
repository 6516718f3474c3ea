// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import java.util.List;

/**
 * How what relays media is, at one moment, for an operator.
 *
 * <p>Immutable.
 *
 * @param relay whether there is a relay of our own; without, the next four say nothing
 * @param streams m= lines that it relays now
 * @param secured sides of these whose SRTP ends at us
 * @param networks its ports
 * @param kernel one line on what the kernel forwards, such as {@code kernel: on, 212 streams}
 * @param ngCalls calls that others have by the ng protocol, -1 where nobody may ask
 * @param engines those of others, in the order of the configuration
 */
public record MediaStatus(
    boolean relay,
    long streams,
    long secured,
    List<NetworkPorts> networks,
    String kernel,
    int ngCalls,
    List<EngineStatus> engines) {
  /** Nothing relays. */
  public static final MediaStatus NONE = new MediaStatus(false, 0, 0, List.of(), "", -1, List.of());

  /**
   * The ports of one network, in pairs.
   *
   * @param network its name, empty for listeners without one
   * @param address where
   * @param taken pairs in use
   * @param free pairs that can be taken now; those that rest are in neither
   */
  public record NetworkPorts(String network, String address, long taken, long free) {}

  /**
   * One engine.
   *
   * @param name as configured
   * @param what kind and address, such as {@code rtpengine udp:10.0.0.7:2223}
   * @param state {@code up}, {@code down} or {@code draining}
   * @param weight its share of new calls
   * @param calls those it holds of ours
   * @param roundTripUs of the last check, microseconds, -1 while there was none
   */
  public record EngineStatus(
      String name, String what, String state, int weight, int calls, long roundTripUs) {}
}
