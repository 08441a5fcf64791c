#!/bin/sh
# Runs every family of the table of exact values at full length, to half-widths of 0.5 %. A job for the night.
# Further arguments go to the command: scripts/verify.sh --family mm1,mmc
set -eu
cd "$(dirname "$0")/.."
exec cargo run --release --quiet -- verify --precision 0.005 "$@"
