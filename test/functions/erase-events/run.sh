#!/usr/bin/env bash
# Tests the erasure of the lake on the versions of Glue 5.1: Spark 3.5.6, Iceberg 1.10.0. Wants Python 3, Java 17 and Maven; makes a
# folder of its own for what it installs (about 450 MB), and uses it again.
# Source of the versions: AWS Glue Developer Guide, "AWS Glue versions", read 2026-11.
set -euo pipefail
cd "$(dirname "$0")"

for tool in python3 java mvn; do
  command -v "$tool" >/dev/null || { echo "$tool: not found; the tests of the erasure want Python 3, Java 17 and Maven" >&2; exit 2; }
done

cache="${DATAFLOW_CACHE:-$HOME/.cache/dataflow-platform}/erase-events"
jar="$cache/iceberg-spark-runtime-3.5_2.12-1.10.0.jar"
mkdir -p "$cache"
[ -x "$cache/venv/bin/python" ] || python3 -m venv "$cache/venv"
"$cache/venv/bin/python" -c 'import pyspark; assert pyspark.__version__ == "3.5.6"' 2>/dev/null ||
  "$cache/venv/bin/pip" install --quiet --disable-pip-version-check pyspark==3.5.6
[ -f "$jar" ] ||
  mvn --quiet dependency:copy -Dartifact=org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.10.0 -DoutputDirectory="$cache"

ICEBERG_JAR="$jar" PYTHONDONTWRITEBYTECODE=1 "$cache/venv/bin/python" test_erase.py
