#!/usr/bin/env bash
# Writes requirements*.txt (every version and hash pinned) from requirements*.in. Needs uv, the Python package manager.
set -euo pipefail
cd "$(dirname "$0")"
for input in requirements*.in; do
  uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --only-binary :all: \
    --output-file "${input%.in}.txt" "$input"
done
