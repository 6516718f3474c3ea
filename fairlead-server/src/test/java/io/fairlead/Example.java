// SPDX-License-Identifier: Apache-2.0
package io.fairlead;

import io.fairlead.server.Pages;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A chapter of a page that shows a change: whole classes in {@code java} blocks, and changes of
 * sources in {@code diff} blocks without numbers of lines. It is made on a copy, compiled against
 * what is built, and its tests run in a class loader of their own. Owned by one test.
 */
final class Example {
  private static final Pattern BLOCK =
      Pattern.compile("^```(java|diff)\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:\\w+ )*(?:class|record|enum) (\\w+)");
  private static final Pattern HUNKS = Pattern.compile("(?m)^@@\\n");

  private final String title;
  private final Map<String, String> classes = new LinkedHashMap<>();
  private final List<String> changes = new ArrayList<>();

  Example(String title, String chapter) {
    this.title = title;
    BLOCK
        .matcher(chapter)
        .results()
        .forEach((MatchResult block) -> {
          if (block.group(1).equals("diff")) {
            changes.add(block.group(2));
          } else {
            classes.put(name(block.group(2)), block.group(2));
          }
        });
  }

  /** Whole classes by their names. */
  Map<String, String> classes() {
    return classes;
  }

  List<String> changes() {
    return changes;
  }

  @Override
  public String toString() {
    return title;
  }

  private static String name(String source) {
    Matcher room = PACKAGE.matcher(source);
    Matcher type = TYPE.matcher(source);
    if (!room.find() || !type.find()) {
      throw new AssertionError("A java block must be a whole class:\n" + source);
    }
    return room.group(1) + "." + type.group(1);
  }

  /** Makes the change, compiles it and runs its tests; the names of those that held. */
  List<String> run() throws Exception {
    Map<String, String> sources = new LinkedHashMap<>(classes);
    for (String change : changes) {
      String changed = changed(change);
      sources.put(name(changed), changed);
    }
    Path out = Files.createTempDirectory("fairlead-example");
    try {
      compile(sources, out);
      return runTests(out);
    } finally {
      delete(out);
    }
  }

  // ---- the change ----

  private static String changed(String change) {
    int end = change.indexOf('\n');
    String file = change.substring(0, end).replaceFirst("^--- ", "");
    String source = Pages.read(Pages.file(file));
    for (String hunk : HUNKS.split(change.substring(end + 1))) {
      String before = side(hunk, '-');
      int at = source.indexOf(before);
      if (at < 0 || source.indexOf(before, at + 1) >= 0) {
        throw new AssertionError(
            (at < 0 ? "Not in " : "More than once in ") + file + ":\n" + before);
      }
      source = source.substring(0, at) + side(hunk, '+') + source.substring(at + before.length());
    }
    return source;
  }

  /** The lines that are common, and those of one side. */
  private static String side(String hunk, char sign) {
    return hunk.lines()
        .filter(line -> line.isEmpty() || line.charAt(0) == ' ' || line.charAt(0) == sign)
        .map(line -> line.isEmpty() ? "\n" : line.substring(1) + "\n")
        .collect(Collectors.joining());
  }

  // ---- compiling ----

  private static void compile(Map<String, String> sources, Path out) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    List<String> options =
        List.of(
            "-d",
            out.toString(),
            "-cp",
            classPath(),
            "-proc:none",
            "-parameters",
            "-Werror",
            "-Xlint:all,-classfile,-serial");
    List<JavaFileObject> files = new ArrayList<>();
    sources.forEach((name, text) -> files.add(new Text(name, text)));
    if (!compiler.getTask(said, null, null, options, null, files).call()) {
      throw new AssertionError(said.toString());
    }
  }

  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }

  /** A source that is no file. Immutable. */
  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  // ---- running ----

  private List<String> runTests(Path out) throws Exception {
    List<URL> urls = new ArrayList<>(List.of(out.toUri().toURL()));
    for (String entry : classPath().split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    List<String> held = new ArrayList<>();
    // Beside our own, so that it sees the changed classes and never those they were made from.
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      for (String name : classes.keySet()) {
        if (name.endsWith("Test")) {
          runTests(Class.forName(name, true, loader), held);
        }
      }
    }
    return held;
  }

  private static void runTests(Class<?> type, List<String> held) throws Exception {
    Constructor<?> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    for (Method method : type.getDeclaredMethods()) {
      if (Arrays.stream(method.getAnnotations()).anyMatch(Example::isTest)) {
        method.setAccessible(true);
        try {
          method.invoke(constructor.newInstance());
        } catch (InvocationTargetException e) {
          throw new AssertionError(type.getSimpleName() + "." + method.getName(), e.getCause());
        }
        held.add(method.getName());
      }
    }
  }

  private static boolean isTest(Annotation annotation) {
    return annotation.annotationType().getName().equals("org.junit.jupiter.api.Test");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** The text of our class of this name, or of all when there are several; empty for none. */
  static String source(String simpleName) {
    StringBuilder text = new StringBuilder();
    for (String module : List.of("fairlead-sip", "fairlead-server", "fairlead-bench")) {
      try (Stream<Path> all = Files.walk(Pages.file(module + "/src"))) {
        all.filter(each -> each.endsWith(simpleName + ".java"))
            .forEach(each -> text.append(Pages.read(each)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }
}
