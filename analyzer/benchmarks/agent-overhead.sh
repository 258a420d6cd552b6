#!/usr/bin/env bash
# Builds and prints the agent's overhead, as in agent/README.md: three programs, each in a JVM with
# the agent and one without, in turns. "agent-overhead.sh PAIRS" takes another number of pairs.
set -euo pipefail
cd "$(dirname "$0")"
agent=../../agent/javaagent/target/forkscope-agent.jar
[[ -f target/benchmarks.jar && -f "$agent" && "${FORKSCOPE_REBUILD:-1}" == 0 ]] ||
  (cd ../.. && mvn -q -B -ntp -pl analyzer/benchmarks,agent/javaagent -am package -DskipTests)
echo "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2), $(nproc) CPUs, Linux $(uname -r)," \
  "load $(cut -d' ' -f1 /proc/loadavg)"
java -version 2>&1 | sed -n 3p
java -Xmx64m -cp target/benchmarks.jar io.forkscope.benchmarks.AgentOverhead "$agent" \
  "${1:-20}" 10 'javac:,include=com.sun.tools.javac.*' 'json:' 'json:,jdk' 'http:'
