#!/bin/sh
# Writes the pages that are made by commands: docs/rules.md and the figures of docs/accuracy.md. CI runs it and fails
# when it changes anything.
#
#   docs/generate.sh                 from what the repository holds
#   docs/generate.sh DIRECTORY       and the figures on the evaluation set, whose texts are not ours to publish:
#                                    DIRECTORY holds dev_gold.jsonl, dev_articles.jsonl and dev_notices.jsonl
#
# SANCTIONS_STREAM names the binary to use; by default it is built.
set -eu
evaluation=${1:+$(cd "$1" && pwd)}
cd "$(dirname "$0")/.."

run() {
    if [ -n "${SANCTIONS_STREAM:-}" ]; then "$SANCTIONS_STREAM" "$@"; else cargo run --quiet --release -- "$@"; fi
}

run rules docs > docs/rules.md
run eval tests/regression tests/regression --by file --into docs/accuracy.md --section regression
if [ -n "$evaluation" ]; then
    run eval "$evaluation/dev_gold.jsonl" "$evaluation/dev_articles.jsonl" "$evaluation/dev_notices.jsonl" \
        --by kind,source,year --into docs/accuracy.md --section evaluation
fi
