#!/bin/sh
# Fuzzes each service of a running shop by its own OpenAPI document, as an operator: no answer may be a 5xx, break its schema, or have a status that is not documented.
#   npm start                      (or ORDER_SVC_URL, INVENTORY_SVC_URL, LOYALTY_SVC_URL of a shop that may be filled with nonsense)
#   tests/fuzz/run.sh [seed]       EXAMPLES=200 for more of each operation
# Needs Python 3.10 or later; schemathesis goes into a virtual environment of its own, .microshop/cache/fuzz.
set -eu
cd "$(dirname "$0")/../.."

VERSION=4.32.5
seed="${1:-1}"
case "$seed" in *[!0-9]*) echo "The seed is \"$seed\", which is no number." >&2; exit 2 ;; esac
token="${OPERATOR_TOKEN:-$(cat "${MICROSHOP_DATA_DIR:-.microshop/data}/operator-token" 2>/dev/null || true)}"
if [ -z "$token" ]; then
  echo "There is no operators' token: start the shop with npm start, which keeps one, or set OPERATOR_TOKEN." >&2
  exit 2
fi

venv="${MICROSHOP_CACHE_DIR:-.microshop/cache}/fuzz"
if [ ! -x "$venv/bin/st" ] || ! "$venv/bin/st" --version | grep -qF "$VERSION"; then
  echo "Installing schemathesis $VERSION into $venv ..."
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$VERSION"
fi

fuzz() {
  echo "$1: $2"
  "$venv/bin/st" run "$2/openapi.json" --header "Authorization: Bearer $token" --seed "$seed" --max-examples "${EXAMPLES:-40}" \
    --request-timeout 40 --suppress-health-check all --no-color --warnings off \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,negative_data_rejection,unsupported_method \
    || failed="$failed $1"
}

failed=
fuzz order-svc "${ORDER_SVC_URL:-http://127.0.0.1:${ORDER_SVC_PORT:-4001}}"
fuzz inventory-svc "${INVENTORY_SVC_URL:-http://127.0.0.1:${INVENTORY_SVC_PORT:-4002}}"
fuzz loyalty-svc "${LOYALTY_SVC_URL:-http://127.0.0.1:${LOYALTY_SVC_PORT:-4003}}"

if [ -n "$failed" ]; then
  echo "Found something in:$failed (seed $seed)" >&2
  exit 1
fi
echo "Nothing found (seed $seed)."
