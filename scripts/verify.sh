#!/bin/sh
# Runs every family of the table of exact values at full length, to half-widths of 0.5 %: about 35 minutes on two cores. Keeps
# what the guide shows (docs/verification.md), and every row in results/verify.csv.
set -eu
cd "$(dirname "$0")/.."
cargo build --release --quiet
target/release/heapwise verify --precision 0.005 --out results/verify.csv --chart docs/images/verify.svg \
    > results/reference/verify.txt
HEAPWISE_BLESS=1 cargo test --quiet --test product docs
