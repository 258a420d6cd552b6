#!/usr/bin/env bash
# Builds and prints the table of README.md: the engine, other designs, C and the kernel on this
# machine. "run.sh quick" checks in about a minute that everything runs; its numbers mean little.
set -euo pipefail
cd "$(dirname "$0")"
mode="${1:-full}"
command -v gcc >/dev/null || { echo "run.sh: gcc is missing" >&2; exit 4; }
[[ -f target/benchmarks.jar && "${FORKSCOPE_REBUILD:-1}" == 0 ]] ||
  (cd ../.. && mvn -q -B -ntp -pl analyzer/benchmarks -am package -DskipTests)
for program in testandset kernelfork; do
  gcc -O3 -march=native -o "target/$program" "src/main/c/$program.c"
done
echo "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2), $(nproc) CPUs, Linux $(uname -r)"
java -version 2>&1 | sed -n 3p
gcc --version | head -1
java -Xms1g -Xmx2g -XX:+UseSerialGC -cp target/benchmarks.jar \
  io.forkscope.benchmarks.Scoreboard target "$mode"
