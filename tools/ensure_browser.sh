#!/bin/sh
# Makes sure that the page can be tested in a real Chromium: finds one, or installs Debian's.
set -eu

for name in "${AKHBAR_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
    exit 0
  fi
done

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing chromium and Arabic fonts for the page's tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
  exit 0
fi

echo "The page's tests need Chromium: install it, or name one: AKHBAR_BROWSER=/path/to/chromium make test" >&2
exit 1
