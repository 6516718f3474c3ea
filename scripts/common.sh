# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts of this project.

is_jdk25() {
  [[ -x $1/bin/javac && -r $1/release ]] || return 1
  local release
  release=$(<"$1/release")
  [[ $release =~ JAVA_VERSION=\"25[\".] ]]
}

# Sets `jdk` to the home of a JDK 25, or says how to get one and returns 1.
find_jdk25() {
  jdk=
  if [[ -n ${FAIRLEAD_JAVA_HOME:-} ]]; then
    if is_jdk25 "$FAIRLEAD_JAVA_HOME"; then jdk=$FAIRLEAD_JAVA_HOME; return 0; fi
    echo "FAIRLEAD_JAVA_HOME is $FAIRLEAD_JAVA_HOME, but that is not a JDK 25." >&2
    return 1
  fi
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/*25* "${HOME:-/}"/.sdkman/candidates/java/25* \
    "${HOME:-/}"/.jdks/*25*; do
    if [[ -n $home ]] && is_jdk25 "$home"; then jdk=$home; return 0; fi
  done
  if home=$(command -v java) && home=$(readlink -f "$home"); then
    home=${home%/bin/java}
    if is_jdk25 "$home"; then jdk=$home; return 0; fi
  fi
  cat >&2 <<'END'
Fairlead needs a JDK 25 and found none: not in FAIRLEAD_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, /opt,
~/.sdkman or ~/.jdks, and `java` on the PATH is not one.

On Debian or Ubuntu (Eclipse Temurin, from Adoptium's own package repository), as root:

  apt-get install -y wget gpg
  wget -qO- https://packages.adoptium.net/artifactory/api/gpg/key/public \
    | gpg --dearmor -o /usr/share/keyrings/adoptium.gpg
  echo "deb [signed-by=/usr/share/keyrings/adoptium.gpg] https://packages.adoptium.net/artifactory/deb \
$(. /etc/os-release; echo "$VERSION_CODENAME") main" > /etc/apt/sources.list.d/adoptium.list
  apt-get update && apt-get install -y temurin-25-jdk

Without root, by SDKMAN (https://sdkman.io):

  sdk install java 25-tem

A JDK that lies elsewhere: export FAIRLEAD_JAVA_HOME=/path/to/jdk-25
END
  return 1
}

# Maven may run on any JDK from 17; its toolchain plugin must find ours, wherever it lies.
lend_jdk_to_maven() {
  export JAVA25_HOME=$jdk
  if [[ -z ${JAVA_HOME:-} ]] && ! command -v java >/dev/null; then export JAVA_HOME=$jdk; fi
}

# True when the distribution of the project in $1 is built and no source is newer.
up_to_date() {
  local built=$1/fairlead-server/target/dist/built
  [[ -e $built ]] || return 1
  [[ -z $(find "$1/pom.xml" "$1"/fairlead-{sip,server}/pom.xml "$1"/fairlead-{sip,server}/src/main \
    -newer "$built" -print -quit) ]]
}
