// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import io.fairlead.net.IpLiteralParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a configuration out of what another program was told. Owned by the main thread. */
public final class Import {
  private final List<String> listen;

  /**
   * What came of it.
   *
   * @param yaml the configuration, empty when there are errors
   * @param errors each with file, line and column
   */
  public record Result(String yaml, List<String> errors) {}

  /**
   * A file and what is in it.
   *
   * @param name as messages name it
   */
  public record Source(String name, byte[] bytes) {
    private String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /**
   * @param listen our own addresses; none means loopback
   * @throws IllegalArgumentException when one is no address
   */
  public Import(List<String> listen) {
    this.listen = listen.stream().map(Import::address).toList();
  }

  private static String address(String text) {
    String host = text.indexOf(':') >= 0 && !text.startsWith("[") ? "[" + text + "]" : text;
    byte[] bytes = host.getBytes(StandardCharsets.UTF_8);
    if (IpLiteralParser.address(bytes, 0, bytes.length) == null) {
      throw new IllegalArgumentException("expected an IP address to listen on, not `" + text + "`");
    }
    return host;
  }

  /**
   * From the destination list of Kamailio's dispatcher.
   *
   * @param algorithm the second argument of ds_select_dst; null for one that is not said
   * @throws IllegalArgumentException when there is no such algorithm
   */
  public Result kamailio(Source list, @Nullable Integer algorithm) {
    KamailioAlgorithm chosen = algorithm == null ? null : KamailioAlgorithm.of(algorithm);
    if (algorithm != null && chosen == null) {
      throw new IllegalArgumentException(
          "there is no algorithm " + algorithm + ": expected 0 to 15, or 64");
    }
    ImportProblems flaws = new ImportProblems(list.name);
    return result(list, flaws, new KamailioDispatcherList(flaws, chosen).read(list.text()));
  }

  /** From the table of OpenSIPS' load balancer, exported as text. */
  public Result opensips(Source table) {
    ImportProblems flaws = new ImportProblems(table.name);
    return result(table, flaws, new OpenSipsLoadBalancerTable(flaws).read(table.text()));
  }

  /**
   * From the lists of mod_distributor.
   *
   * @param gateways where their names are looked up
   */
  public Result freeswitch(Source lists, List<Source> gateways) {
    ImportProblems flaws = new ImportProblems(lists.name);
    FreeSwitchGateways known = new FreeSwitchGateways(flaws);
    for (Source each : gateways) {
      known.of(flaws.of(each.name)).read(each.bytes);
    }
    return result(lists, flaws, new FreeSwitchDistributorLists(flaws, known).read(lists.bytes));
  }

  private Result result(Source from, ImportProblems flaws, ConfigDraft draft) {
    if (draft.pools.isEmpty() && flaws.isEmpty()) {
      flaws.add(1, 1, "expected at least one destination that can be reached");
    }
    if (!flaws.isEmpty()) {
      return new Result("", flaws.all());
    }
    Path name = Path.of(from.name).getFileName();
    String title =
        "# Made of " + ImportNotes.clean(String.valueOf(name)) + " by fairlead import.\n";
    return new Result(title + new DraftYamlWriter(draft, listen).write(), List.of());
  }
}
