// SPDX-License-Identifier: Apache-2.0
package io.fairlead;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the code to the picture in {@code docs/house.txt} and to the other rules of the house. */
class HouseRulesTest {
  private static final Path ROOT =
      Files.exists(Path.of("docs/house.txt")) ? Path.of("") : Path.of("..");
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.fairlead");
  private static final Set<String> FORBIDDEN =
      Set.of(
          "Impl",
          "Default",
          "Abstract",
          "Base",
          "Manager",
          "Helper",
          "Util",
          "Utils",
          "Info",
          "Data",
          "Context");
  private static final Set<String> OF_THE_STANDARDS = Set.of("ResponseContext", "SrtpContext");
  private static final Set<String> CONSTANTS_WELCOME =
      Set.of("sip", "sdp", "net", "loop", "observe");
  private static final List<String> UNLOCKED = List.of("transaction", "dialog", "proxy");

  @Test
  void roomsUseOnlyLowerFloors() throws IOException {
    check(classes().should(new Floors(Files.readAllLines(ROOT.resolve("docs/house.txt")))));
  }

  @Test
  void noticesAUseThatGoesUp() {
    JavaClasses tests = new ClassFileImporter().importPackages("io.fairlead.config");
    Floors upsideDown = new Floors(List.of("1 wires net", "0 ground config"));

    assertThat(classes().should(upsideDown).evaluate(tests).getFailureReport().getDetails())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("config (floor 0) may not use net (floor 1)"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "org.snakeyaml.., config",
        "io.prometheus.., observe admin",
        "picocli.., cli",
        "ch.qos.logback.., observe server cli",
        "org.agrona.., transaction dialog proxy",
        "org.jctools.., loop",
        "org.xbill.DNS.., dns",
        "io.lettuce.., store",
        "io.netty.., store transport.tls",
        "javax.net.ssl.., transport store registrar.users guard.identity",
        "reactor.., store",
        "com.github.benmanes.caffeine.., registrar.users",
        "com.zaxxer.hikari.., registrar.users",
        "java.sql.., registrar.users",
        "java.net.http.., registrar.users guard.ban.list",
        "com.sun.net.httpserver.., observe admin",
        "java.lang.foreign.., linux transport store media",
      })
  void jarsStayInTheirRooms(String jar, String rooms) {
    String[] allowed =
        Arrays.stream(rooms.split(" "))
            .map(room -> "io.fairlead." + room + "..")
            .toArray(String[]::new);

    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(allowed)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(jar));
  }

  @Test
  void theEventSocketKnowsNothingOfThePoolsItServes() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.fairlead.pool.freeswitch..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.fairlead.pool..")
                    .and(resideOutsideOfPackage("io.fairlead.pool.freeswitch.."))));
  }

  @Test
  void whatBelongsToOneLoopHasNoLocks() throws IOException {
    String[] rooms =
        UNLOCKED.stream().map(room -> "io.fairlead." + room + "..").toArray(String[]::new);

    check(
        noClasses()
            .that()
            .resideInAnyPackage(rooms)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent.locks..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ConcurrentHashMap"));
    for (Path file : sources()) {
      if (UNLOCKED.stream()
          .anyMatch(room -> file.toString().contains("/io/fairlead/" + room + "/"))) {
        assertThat(Files.readString(file))
            .as("%s", file)
            .doesNotContainPattern("\\bsynchronized\\s*[({]|\\bsynchronized \\w|\\bvolatile \\w");
      }
    }
  }

  @Test
  void namesSayWhatThingsAre() {
    check(classes().should(new Named()));
  }

  @Test
  void noClassHasTheNameOfAnother() throws IOException {
    Map<String, Set<Path>> files = new TreeMap<>();
    for (Path file :
        sources("src/main/java", "fairlead-sip", "fairlead-server", "fairlead-bench")) {
      // A file holds one top-level class, and has its name.
      files.computeIfAbsent(file.getFileName().toString(), name -> new TreeSet<>()).add(file);
    }
    assertThat(files).hasSizeGreaterThan(300).containsKey("SipParser.java");
    files.remove("package-info.java");

    assertThat(files.values().stream().filter(same -> same.size() > 1)).isEmpty();
  }

  @Test
  void constantsThatJavacCopiesStayInTheirRoom() {
    check(classes().that(new Outside(CONSTANTS_WELCOME)).should(new NoPublicConstants()));
  }

  @Test
  void everyPackageIntroducesItself() throws IOException {
    Set<Path> packages = new HashSet<>();
    for (Path file : sources()) {
      packages.add(file.getParent());
    }
    assertThat(packages).hasSizeGreaterThan(4);
    assertThat(packages)
        .allSatisfy(folder ->
            assertThat(Files.readString(folder.resolve("package-info.java")))
                .contains(
                    "@NullMarked", "Holds:", "Called by:", "Calls:", "Owned by:", "Start at:"));
  }

  private static void check(ArchRule rule) {
    assertThat(HOUSE).hasSizeGreaterThan(30);
    rule.allowEmptyShould(true).check(HOUSE);
  }

  private static List<Path> sources() throws IOException {
    return sources("src/main/java", "fairlead-sip", "fairlead-server");
  }

  private static List<Path> sources(String folder, String... modules) throws IOException {
    List<Path> all = new ArrayList<>();
    for (String module : modules) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
      }
    }
    return all;
  }

  private static String room(JavaClass type) {
    String[] part = type.getPackageName().split("\\.");
    return part.length > 2 && part[1].equals("fairlead") ? part[2] : "";
  }

  /** The picture. */
  private static final class Floors extends ArchCondition<JavaClass> {
    private final Map<String, Integer> floorOf = new HashMap<>();
    private final Set<String> beside = new HashSet<>();

    Floors(List<String> picture) {
      super("use only rooms on lower floors");
      for (String line : picture) {
        String[] word = line.trim().split("\\s+");
        if (word[0].equals("beside")) {
          beside.add(word[1] + ">" + word[2]);
        } else if (word[0].matches("\\d")) {
          Arrays.stream(word).skip(2).forEach(room -> floorOf.put(room, Integer.valueOf(word[0])));
        }
      }
    }

    @Override
    public void check(JavaClass user, ConditionEvents events) {
      String from = room(user);
      Integer floor = floorOf.get(from);
      if (from.isEmpty()) {
        return;
      }
      if (floor == null) {
        events.add(SimpleConditionEvent.violated(user, "room " + from + " is not in the picture"));
        return;
      }
      for (var use : user.getDirectDependenciesFromSelf()) {
        String to = room(use.getTargetClass());
        Integer other = floorOf.get(to);
        if (other != null
            && other >= floor
            && !to.equals(from)
            && !beside.contains(from + ">" + to)) {
          String words =
              "%s (floor %d) may not use %s (floor %d): %s"
                  .formatted(from, floor, to, other, use.getDescription());
          events.add(SimpleConditionEvent.violated(user, words));
        }
      }
    }
  }

  /** Words that say nothing. */
  private static final class Named extends ArchCondition<JavaClass> {
    Named() {
      super("have names without empty words");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      boolean empty =
          Arrays.stream(type.getSimpleName().split("(?<=[a-z0-9])(?=[A-Z])"))
              .anyMatch(FORBIDDEN::contains);
      if (empty && !OF_THE_STANDARDS.contains(type.getSimpleName())) {
        events.add(
            SimpleConditionEvent.violated(type, type.getName() + " has an empty word in its name"));
      }
    }
  }

  /** Classes of other rooms. */
  private static final class Outside extends DescribedPredicate<JavaClass> {
    private final Set<String> rooms;

    Outside(Set<String> rooms) {
      super("outside of " + rooms);
      this.rooms = rooms;
    }

    @Override
    public boolean test(JavaClass type) {
      return !rooms.contains(room(type));
    }
  }

  /** A constant copied into its user leaves no trace that the picture could be checked against. */
  private static final class NoPublicConstants extends ArchCondition<JavaClass> {
    NoPublicConstants() {
      super("have no public constants of primitive type or String, unless they are records");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      if (type.isRecord() || !type.getModifiers().contains(JavaModifier.PUBLIC)) {
        return;
      }
      for (JavaField field : type.getFields()) {
        JavaClass kind = field.getRawType();
        boolean copied = kind.isPrimitive() || kind.isEquivalentTo(String.class);
        Set<JavaModifier> modifiers = field.getModifiers();
        if (copied
            && modifiers.containsAll(
                Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC, JavaModifier.FINAL))) {
          events.add(
              SimpleConditionEvent.violated(field, field.getFullName() + " is a public constant"));
        }
      }
    }
  }
}
