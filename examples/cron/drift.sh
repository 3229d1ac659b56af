#!/bin/sh
# Looks for drift and prints the report only where there is something to say: cron mails what a job prints.
#
#   17 5 * * *  hooks  /usr/local/bin/drift.sh /srv/hooks
#
# The credentials come from a file that only the user of the job can read, such as HOOKS_SYNC_AGE_KEY_FILE names.
set -eu
cd "${1:?the directory of webhooks.yaml}"

report=$(mktemp)
trap 'rm -f "$report"' EXIT

# Exit code 2 is drift; everything but 0 is told.
code=0
hooks-sync drift --history drift-history.jsonl >"$report" 2>&1 || code=$?
[ "$code" -eq 0 ] || cat "$report"
exit "$code"
