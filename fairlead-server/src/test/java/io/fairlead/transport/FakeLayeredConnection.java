// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Loop;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipProblem;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that a peer has opened, without a socket: what a layer under test finds around it. A
 * test overrides what it wants to see; what it does not expect fails. Owned by one test.
 */
class FakeLayeredConnection implements LayeredConnection {
  final ManualLoop manual;
  private final ListenerSettings settings;
  private final ListenerMeters meters = new ListenerMeters(new Meters(), "fake");
  ListenerMeters.@Nullable Drop dropped;
  @Nullable String ended;

  FakeLayeredConnection(ListenerSettings settings, ManualLoop loop) {
    this.settings = settings;
    this.manual = loop;
  }

  @Override
  public void violated(ListenerMeters.Drop why, String words) {
    dropped = why;
    ended = words;
  }

  @Override
  public void end(String words) {
    ended = words;
  }

  @Override
  public boolean alive() {
    return ended == null;
  }

  @Override
  public Loop loop() {
    return manual;
  }

  @Override
  public Listener listener() {
    return CapturedFlow.listener(0, CapturedFlow.TCP);
  }

  @Override
  public ListenerSettings settings() {
    return settings;
  }

  @Override
  public ListenerMeters meters() {
    return meters;
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress("192.0.2.1", 5060);
  }

  @Override
  public @Nullable Peer peer() {
    return null;
  }

  @Override
  public boolean inbound() {
    return true;
  }

  @Override
  public LoopBuffers scratch() {
    throw new AssertionError("no buffer is needed");
  }

  @Override
  public void wire(ByteBuffer bytes) {
    throw new AssertionError("nothing is encrypted");
  }

  @Override
  public void plain(byte[] bytes, int from, int to) {
    throw new AssertionError("nothing is encrypted");
  }

  @Override
  public void message(byte[] bytes, int from, int to) {
    throw new AssertionError("there are no messages");
  }

  @Override
  public void broken(byte[] bytes, int from, int to, SipProblem problem) {
    throw new AssertionError("nothing is broken");
  }

  @Override
  public void control(byte[] bytes, int from, int to) {
    throw new AssertionError("the framing says nothing");
  }

  @Override
  public void pinged() {}

  @Override
  public void pong() {}

  @Override
  public void secured() {}

  @Override
  public void framed() {}

  @Override
  public void reading(boolean on) {}
}
