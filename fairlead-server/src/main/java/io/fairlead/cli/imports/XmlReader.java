// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the elements of an XML file that nobody vouches for: no document type, no entities, no
 * other file. Owned by the main thread.
 */
final class XmlReader {
  private static final int DEEPEST = 64;

  /** Hears of the elements. */
  interface Listener {
    void begin(Element element);

    default void end(String name) {}
  }

  /** An element as it begins. */
  record Element(String name, Map<String, String> attributes, int line, int column) {
    /** The value of an attribute, empty when it is not there. */
    String value(String attribute) {
      return attributes.getOrDefault(attribute, "").strip();
    }
  }

  private final ImportProblems flaws;
  private final Listener listener;

  XmlReader(ImportProblems flaws, Listener listener) {
    this.flaws = flaws;
    this.listener = listener;
  }

  /** Reads all, or up to what is wrong. */
  void read(byte[] bytes) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver((publicId, systemId, base, name) -> InputStream.nullInputStream());
    String text = text(bytes);
    if (text == null) {
      return;
    }
    try {
      walk(factory.createXMLStreamReader(new StringReader(text)));
    } catch (XMLStreamException e) {
      Location at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNumber());
      int column = at == null ? 1 : Math.max(1, at.getColumnNumber());
      flaws.add(line, column, "expected well-formed XML: " + why(e));
    }
  }

  // The parser would print what it thinks of other bytes.
  private @Nullable String text(byte[] bytes) {
    CharBuffer text = CharBuffer.allocate(bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (!UTF_8.newDecoder().decode(in, text, true).isError()) {
      String all = text.flip().toString();
      return all.startsWith("\ufeff") ? all.substring(1) : all;
    }
    int line = 1;
    for (int i = 0; i < in.position(); i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    flaws.add(line, 1, "expected text in UTF-8");
    return null;
  }

  // The parser puts the place before its words, which we say ourselves.
  private static String why(XMLStreamException e) {
    String text = String.valueOf(e.getMessage());
    int message = text.indexOf("Message: ");
    return message < 0 ? text : text.substring(message + "Message: ".length());
  }

  private void walk(XMLStreamReader reader) throws XMLStreamException {
    int depth = 0;
    while (reader.hasNext()) {
      int event = reader.next();
      Location at = reader.getLocation();
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          if (depth > DEEPEST) {
            flaws.add(at.getLineNumber(), at.getColumnNumber(), "expected less deep elements");
            return;
          }
          listener.begin(element(reader, at));
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          listener.end(reader.getLocalName());
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> {
          flaws.add(
              at.getLineNumber(),
              at.getColumnNumber(),
              "expected plain elements: a document type or entities are not read");
          return;
        }
        default -> {}
      }
    }
  }

  private static Element element(XMLStreamReader reader, Location at) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    return new Element(reader.getLocalName(), attributes, at.getLineNumber(), at.getColumnNumber());
  }
}
