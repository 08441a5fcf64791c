#!/bin/sh
# Runs every family of the table of exact values at full length, to half-widths of 0.5 %: a job for the night. Then draws and
# keeps what the guide shows (docs/verify.md), at the precision that the command has by default.
# Further arguments go to the first of the two: scripts/verify.sh --family mm1,mmc
set -eu
cd "$(dirname "$0")/.."
cargo build --release --quiet
target/release/heapwise verify --precision 0.005 --out results/verify.csv "$@"
target/release/heapwise verify --chart docs/images/verify.svg > results/reference/verify.txt
HEAPWISE_BLESS=1 cargo test --quiet --test docs
