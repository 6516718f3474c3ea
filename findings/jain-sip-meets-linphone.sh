#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# jain-sip writes all Vias into one line; Linphone's stack answers such a request with Vias that nobody wrote.
#
# Packages   Maven javax.sip:jain-sip-ri 1.3.0-91; Debian libbellesip1 and libbellesip-dev 5.1.64+dfsg-2 (Linphone
#            5.1)
# Guess      "Via: a, b, c" and three Via lines are the same thing (RFC 3261 section 7.3.1), and an answer carries
#            them back.
# Instead    belle-sip keeps the tail of the list once more for every member: three Vias in one line come back as six
#            (a b c b c c), n as n(n+1)/2. Record-Route the same, so the caller's route set grows too. And jain-sip
#            writes what it received as separate lines into one line (Via, Record-Route, Route, Contact), so the two
#            are enough.
# Seen       2026-12-01: jain-sip "Via: SIP/2.0/UDP a...,SIP/2.0/UDP b...,SIP/2.0/UDP c..."; belle-sip's 200 OK: 6
#            Vias. linphonec 5.1.65 on a socket does the same, in 180 and 200 also with Record-Route.
# Matters    The answers come to the caller with Vias left over, and RFC 3261 section 8.1.3.3 wants such an answer
#            thrown away: the call rings and can not be taken. In-dialog requests pass the same proxy several times.
#            What stands before Linphone should send one value per line, also where it received a list.
set -euo pipefail
wanted='libbellesip1=5.1.64+dfsg-2 libbellesip-dev=5.1.64+dfsg-2'
for package in $wanted; do
  [ "$(dpkg-query -W -f '${Version}' "${package%%=*}" 2>/dev/null || true)" = "${package#*=}" ] && continue
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
  break
done
need() { command -v "$1" >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:2}" >/dev/null; }; }
need gcc gcc libc6-dev
need mvn maven
need javac default-jdk-headless
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact=javax.sip:jain-sip-ri:1.3.0-91 -DoutputDirectory=. >/dev/null
cat >Lines.java <<'JAVA'
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;

/** Reads a request whose Vias and Record-Routes stand on lines of their own, and prints what jain-sip makes of it. */
public class Lines {
  public static void main(String[] args) throws Exception {
    String request =
        String.join(
            "\r\n",
            "INVITE sip:bob@192.0.2.9 SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKb",
            "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKc",
            "Record-Route: <sip:192.0.2.1;lr>",
            "Record-Route: <sip:192.0.2.2;lr>",
            "Max-Forwards: 70",
            "From: <sip:alice@example.com>;tag=1",
            "To: <sip:bob@example.com>",
            "Call-ID: 1@192.0.2.3",
            "CSeq: 1 INVITE",
            "Contact: <sip:alice@192.0.2.3>",
            "Content-Length: 0",
            "",
            "");
    var parsed = new StringMsgParser().parseSIPMessage(request.getBytes(StandardCharsets.UTF_8), true, false, null);
    System.out.write(parsed.encodeAsBytes("udp"));
    System.out.flush();
  }
}
JAVA
java -cp jain-sip-ri-1.3.0-91.jar Lines.java >request
cat >answer.c <<'C'
#include <belle-sip/belle-sip.h>
#include <stdio.h>
#include <string.h>

/* Answers the request in a file with 200, and prints the request as it was understood when told to. */
int main(int count, char **args) {
  char text[8192];
  FILE *file = fopen(args[1], "r");
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  belle_sip_message_t *request = belle_sip_message_parse(text);
  if (count > 2) {
    puts(belle_sip_object_to_string((belle_sip_object_t *)request));
  } else {
    puts(belle_sip_object_to_string((belle_sip_object_t *)belle_sip_response_create_from_request(BELLE_SIP_REQUEST(request), 200)));
  }
  return 0;
}
C
gcc answer.c -o answer -lbellesip -lbctoolbox
sed -e 's/^Via: \(.*\),\(SIP.*\),\(SIP.*\)\r$/Via: \1\r\nVia: \2\r\nVia: \3\r/' \
  -e 's/^Record-Route: \(.*\),\(.*\)\r$/Record-Route: \1\r\nRecord-Route: \2\r/' request >separate
bad=0
check() {
  if [ "$2" = "$3" ]; then echo "as noted  $1: $2"; else echo "CHANGED   $1: $2, was $3"; bad=1; fi
}
count() { grep -aic "^$1:" "$2" || true; }
./answer separate >from-separate 2>/dev/null
./answer request >from-one-line 2>/dev/null
./answer request understood >list 2>/dev/null
check 'lines of Via that jain-sip writes for three' "$(count via request)" 1
check 'lines of Record-Route that jain-sip writes for two' "$(count record-route request)" 1
check 'Vias of the answer when they came on lines of their own' "$(count via from-separate)" 3
check 'Vias of the answer to what jain-sip wrote' "$(count via from-one-line)" 6
check 'Record-Routes that belle-sip has of the two' "$(count record-route list)" 3
exit "$bad"
