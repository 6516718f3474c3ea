// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace with nothing but its loopback, on which TCP to and from a port can be dropped
 * without a word. Made {@link AsRoot}. Owned by one test.
 */
final class QuietNamespace implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path directory = Program.directory("quiet");
  private final String nft = Program.require("nft", "nftables");
  private final String name =
      "flq" + Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();

  QuietNamespace() {
    try {
      AsRoot.makeNamespace(name);
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /** The command that runs another one inside. */
  List<String> inside() {
    return AsRoot.in(name);
  }

  /** From now on what goes to this port, or comes from it, is lost. */
  void sever(int port) {
    Path rules = directory.resolve("rules.nft");
    try {
      Files.writeString(
          rules,
          """
          table ip quiet {
            chain in {
              type filter hook input priority filter
              tcp dport %1$d drop
              tcp sport %1$d drop
            }
          }
          """
              .formatted(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AsRoot.run(AsRoot.in(name, nft, "-f", rules.toString()));
  }

  /** Ends what {@link #sever} began. */
  void heal() {
    AsRoot.run(AsRoot.in(name, nft, "delete", "table", "ip", "quiet"));
  }

  @Override
  public void close() {
    AsRoot.removeNamespace(name);
  }
}
