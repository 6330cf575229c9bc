#!/bin/sh
# Installs what some tests need beside Node.js, where that can be done without asking anybody:
# Debian's chromium (pages are opened in it) and prometheus (which scrapes a cluster; its promtool
# judges what a node prints). Where it cannot be done, those tests are skipped, and say so.
set -eu
missing=
command -v chromium >/dev/null || missing="$missing chromium"
command -v promtool >/dev/null || missing="$missing prometheus"
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Not installed, so the tests that need it are skipped:$missing"
fi
