#!/bin/bash
# Packs what gpu.py needs on a Linux x86-64 machine without JDK, Maven and network: a Java runtime, the jars without what --backend cuda
# does not use, the tests, and JUnit's console.
#
#     mvn -q -DskipTests package && bash experiments/bench/pack.sh target/card.tar.xz [JUNIT_CONSOLE_JAR]
#
# There, in a copy of this repository: tar xf card.tar.xz && python experiments/bench/gpu.py --java target/jre/bin/java \
#     --junit target/junit-console.jar
set -euo pipefail
out=$(realpath "$1")
junit=${2:-$(find ~/.m2/repository/org/junit/platform/junit-platform-console-standalone -name '*.jar' | sort | tail -1)}
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
pack=$work/target
mkdir -p "$pack/lib"

modules=java.base,java.logging,java.net.http,java.xml,jdk.incubator.vector,jdk.management,jdk.unsupported
jlink --add-modules $modules --strip-debug --no-header-files --no-man-pages --compress=0 --output "$pack/jre"

# The archive compresses better than the jars; so these hold their files as they are.
for jar in target/lib/*.jar; do
    rm -rf "$work/jar" && mkdir "$work/jar"
    (cd "$work/jar" && jar xf "$OLDPWD/$jar")
    find "$work/jar" -type f \( -name '*.dll' -o -name '*.dylib' -o -name '*.jnilib' -o -name '*.a' -o -name '*.h' \) -delete
    find "$work/jar" -type f -name '*.so*' \( ! -path '*/linux-x86?64/*' -o -path '*/dnnl/*' -o -path '*/opencl/*' \) -delete
    rm -rf "$work/jar/sentiment" # a dictionary of DL4J's
    find "$work/jar" -type f -name '*.so*' -exec strip --strip-unneeded {} +
    (cd "$work/jar" && jar c0fM "$pack/lib/$(basename "$jar")" .)
done
cp target/modernbert4j.jar "$pack"
cp -r target/test-classes "$pack"
cp "$junit" "$pack/junit-console.jar"
tar c -C "$work" target | xz -9 > "$out"
du -m "$out"
