#!/bin/sh
# Installs what some tests need beside Node.js, where that can be done without asking anybody:
# Debian's chromium (pages are opened in it) and prometheus (which scrapes a cluster; its promtool
# judges what a node prints). Where it cannot be done, those tests are skipped, and say so.
set -eu
missing=
command -v chromium >/dev/null || missing="$missing chromium"
command -v promtool >/dev/null || missing="$missing prometheus"
[ -n "$missing" ] || exit 0
install() {
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] && install; then exit 0; fi
echo "Not installed, so the tests that need it are skipped:$missing" >&2
