#!/bin/sh
# Builds web/static/vendor again from the pinned packages. Needs Node 20 or later; the result is committed.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts
node build.mjs
