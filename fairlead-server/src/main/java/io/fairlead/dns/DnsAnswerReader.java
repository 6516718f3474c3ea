// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;

/** From a DNS message to what it says: aliases are followed, lifetimes are read (RFC 2308). */
final class DnsAnswerReader {
  private static final int MAX_ALIASES = 8;

  private DnsAnswerReader() {}

  static DnsAnswer read(Message response, Record asked) {
    return switch (response.getRcode()) {
      case Rcode.NOERROR, Rcode.NXDOMAIN -> records(response, asked);
      default -> DnsAnswer.failed(Rcode.string(response.getRcode()));
    };
  }

  private static DnsAnswer records(Message response, Record asked) {
    List<Record> section = response.getSection(Section.ANSWER);
    Name name = asked.getName();
    long ttl = Long.MAX_VALUE;
    for (int alias = 0; alias <= MAX_ALIASES; alias++) {
      List<DnsRecord> found = new ArrayList<>();
      Name next = null;
      for (Record record : section) {
        if (!record.getName().equals(name)) {
          continue;
        }
        DnsRecord read = record.getType() == asked.getType() ? of(record) : null;
        if (read != null) {
          found.add(read);
          ttl = Math.min(ttl, record.getTTL());
        } else if (record instanceof CNAMERecord cname) {
          next = cname.getTarget();
          ttl = Math.min(ttl, record.getTTL());
        }
      }
      if (!found.isEmpty()) {
        return DnsAnswer.found(found, Duration.ofSeconds(ttl));
      }
      if (next == null) {
        break;
      }
      name = next;
    }
    return DnsAnswer.none(negativeTtl(response));
  }

  private static Duration negativeTtl(Message response) {
    for (Record record : response.getSection(Section.AUTHORITY)) {
      if (record instanceof SOARecord soa) {
        return Duration.ofSeconds(Math.min(soa.getTTL(), soa.getMinimum()));
      }
    }
    return Duration.ZERO;
  }

  private static @Nullable DnsRecord of(Record record) {
    return switch (record) {
      case ARecord a -> new DnsRecord.Address(a.getAddress());
      case AAAARecord a -> new DnsRecord.Address(a.getAddress());
      case SRVRecord srv ->
          new DnsRecord.Srv(
              srv.getPriority(), srv.getWeight(), srv.getPort(), text(srv.getTarget()));
      case NAPTRRecord naptr ->
          new DnsRecord.Naptr(
              naptr.getOrder(),
              naptr.getPreference(),
              naptr.getFlags().toLowerCase(Locale.ROOT),
              naptr.getService().toUpperCase(Locale.ROOT),
              naptr.getRegexp().isEmpty() ? text(naptr.getReplacement()) : "");
      default -> null;
    };
  }

  // The root, which means nothing at all (RFC 2782, RFC 3403), is empty.
  private static String text(Name name) {
    return name.toString(true).toLowerCase(Locale.ROOT).replaceFirst("^@$|^\\.$", "");
  }
}
