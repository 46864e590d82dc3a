#!/usr/bin/env bash
# Installs what the tests need, builds, runs every test, and ends with one line: N passed, N failed, N skipped.
# Needs the .NET 10 SDK and Node 20; on Debian, Chromium and PostgreSQL come from apt when they are missing.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
output=test-output
mkdir -p "$output"

# Installs a Debian package unless the file that the tests need from it is there.
install() {
  compgen -G "$2" >/dev/null && return
  echo "Installing $1 for the tests"
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "$1" >"$output/apt-$1.log" 2>&1
  compgen -G "$2" >/dev/null || { echo "$1 could not be installed: see $output/apt-$1.log" >&2; exit 1; }
}

command -v node >/dev/null || { echo "Node 20 with npm is needed: it restores the backbone's weights and runs Azurite." >&2; exit 1; }
install chromium /usr/bin/chromium
[ -n "${FEWSHOTAD_POSTGRES_BIN:-}" ] || install postgresql '/usr/lib/postgresql/*/bin/initdb'
dotnet build FewShotAD.sln -c Release -v quiet -clp:NoSummary || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

passed=0 failed=0 skipped=0 status=0

# Runs one project of tests under a name, with options of its own; what it says stands in the name's log, and its exit code beside it.
run() {
  local project=$1 name=$2
  shift 2
  rm -f "$output/$name.code"
  "tests/$project/bin/Release/net10.0/FewShotAD.$project" --ansi off --progress off --show-live-output on --show-slowest-tests 5 \
    --results-directory "$output/$name" "$@" >"$output/$name.log" 2>&1
  echo $? >"$output/$name.code"
}

# Says what the tests of a name said, and counts them.
tell() {
  local code
  local log="$output/$1.log"
  code=$(cat "$output/$1.code")
  echo "== $1"
  grep -vE '^(xUnit|MSTest|Running|$)' "$log"
  [ "$code" -eq 0 ] || { status=1; echo "$1 ended with $code"; }
  count() { grep -oE "^ *$1: [0-9]+" "$log" | tail -1 | grep -oE '[0-9]+' || echo 0; }
  [ "$(count total)" -gt 0 ] || { echo "$1 ran no test"; status=1; failed=$((failed + 1)); }
  passed=$((passed + $(count succeeded))) failed=$((failed + $(count failed))) skipped=$((skipped + $(count skipped)))
}

# The browser tests mostly wait for pages and processes: they run beside the others, which run one after the other.
run EndToEnd.Tests EndToEnd.Tests &
for project in tests/*.Tests; do
  name=$(basename "$project")
  [ "$name" != EndToEnd.Tests ] || continue
  run "$name" "$name"
  tell "$name"
done

# Again on a PostgreSQL server of its own: all but those that touch no database.
FEWSHOTAD_DATABASE=PostgreSql run Infrastructure.Tests Infrastructure.Tests.PostgreSql \
  --filter-not-class "*BlobStoreTests" --filter-not-class "*.Scoring.*" --filter-not-class "*.PublicAddressTests" --filter-not-class "*.ZipInputTests"
tell Infrastructure.Tests.PostgreSql

# Of the portal those whose questions to the database differ most between the products: lists, reviews, the queue, schedules, transfers, the registry.
# Left out are what measures a hundred thousand rows, the memory of a process and a year of nights. docs/database.md says how to run all.
classes=(Admin.AdministratorTests Annotate.RescoringTests Evaluation.EvaluationTests Images.* Line.* Notices.* Registrations.* Registry.* Rest.ResultRestTests Rest.ImageRestTests
  Rest.ProjectRestTests Results.* Review.* Schedules.* Stability.* Training.* Transfers.*)
FEWSHOTAD_DATABASE=PostgreSql run Portal.Tests Portal.Tests.PostgreSql "${classes[@]/#/--filter-class=FewShotAD.Portal.Tests.}" \
  --filter-not-class "*AtScaleTests" --filter-not-class "*ExportMemoryTests" --filter-not-class "*ScheduleYearTests"
tell Portal.Tests.PostgreSql

wait
tell EndToEnd.Tests

echo "== tests/js"
node --test --test-reporter=tap tests/js/*.test.js >"$output/js.log" 2>&1 || status=1
tap() { grep -oE "^# $1 [0-9]+" "$output/js.log" | grep -oE '[0-9]+' || echo 0; }
[ "$(tap pass)" -gt 0 ] || { echo "tests/js ran no test"; status=1; failed=$((failed + 1)); }
passed=$((passed + $(tap pass))) failed=$((failed + $(tap fail))) skipped=$((skipped + $(tap skipped)))

[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ] || status=1
# Last: of a long output often only the end is kept.
[ "$status" -eq 0 ] || { echo "== failed"; grep -hE '^failed ' -A 12 "$output"/*.Tests*.log; grep -E '^not ok' -A 20 "$output/js.log"; }
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
