#!/bin/sh
# Runs every row of the table of exact values at full length, to half-widths of 0.5 %. A job for the night: the families
# mm1 and mmc alone take ten minutes on two cores.
# HEAPWISE_FAMILIES=mm1,mmc runs only these families.
set -eu
cd "$(dirname "$0")/.."
exec cargo test --release --test verification -- --ignored --nocapture "$@"
