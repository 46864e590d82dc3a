#!/usr/bin/env bash
# Installs what the tests need, builds, runs every test, and ends with one line: N passed, N failed, N skipped.
# Needs the .NET 10 SDK and Node 20; on Debian, Chromium comes from apt when it is missing.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
output=test-output
mkdir -p "$output"

install_chromium() {
  command -v chromium >/dev/null && return
  echo "Installing Chromium for the browser tests"
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends chromium >"$output/apt.log" 2>&1
  command -v chromium >/dev/null || { echo "Chromium could not be installed: see $output/apt.log" >&2; exit 1; }
}

command -v node >/dev/null || { echo "Node 20 with npm is needed: it restores the backbone's weights and runs Azurite." >&2; exit 1; }
install_chromium
dotnet build FewShotAD.sln -c Release -v quiet -clp:NoSummary || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

passed=0 failed=0 skipped=0 status=0
# One project after the other: the browser tests start the portal and train, and two cores are not for two of those.
for project in tests/*.Tests; do
  name=$(basename "$project")
  log="$output/$name.log"
  echo "== $name"
  "$project/bin/Release/net10.0/FewShotAD.$name" --ansi off --progress off --show-live-output on --results-directory "$output/$name" 2>&1 | tee "$log" | grep --line-buffered -vE '^(xUnit|MSTest|Running|$)' || true
  code=${PIPESTATUS[0]}
  [ "$code" -eq 0 ] || { status=1; echo "$name ended with $code"; }
  count() { grep -oE "^ *$1: [0-9]+" "$log" | tail -1 | grep -oE '[0-9]+' || echo 0; }
  ran=$(count total)
  [ "$ran" -gt 0 ] || { echo "$name ran no test"; status=1; failed=$((failed + 1)); }
  passed=$((passed + $(count succeeded))) failed=$((failed + $(count failed))) skipped=$((skipped + $(count skipped)))
done

echo "== tests/js"
node --test --test-reporter=tap tests/js/*.test.js >"$output/js.log" 2>&1 || { status=1; grep -E '^not ok' -A 20 "$output/js.log"; }
tap() { grep -oE "^# $1 [0-9]+" "$output/js.log" | grep -oE '[0-9]+' || echo 0; }
[ "$(tap pass)" -gt 0 ] || { echo "tests/js ran no test"; status=1; failed=$((failed + 1)); }
passed=$((passed + $(tap pass))) failed=$((failed + $(tap fail))) skipped=$((skipped + $(tap skipped)))

[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ] || status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
