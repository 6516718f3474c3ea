// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * From us to us: the flow of requests that are not a party's but ours, written in its name. What is
 * answered to them goes nowhere else. Immutable.
 *
 * @param listener of the party's side
 * @param answers is given a copy of each response, from within its sending
 */
public record InsertedFlow(Listener listener, Consumer<byte[]> answers) implements Flow {
  @Override
  public InetSocketAddress remote() {
    return listener.bound();
  }

  @Override
  public void send(byte[] bytes, int from, int to) {
    answers.accept(Arrays.copyOfRange(bytes, from, to));
  }

  @Override
  public boolean open() {
    return true;
  }
}
