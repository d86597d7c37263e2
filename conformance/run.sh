#!/usr/bin/env bash
# Let the official clients live through a conversation with a server, and hold
# every event that it sends to their own types.
#
#   conformance/run.sh [URL [EXPIRING_URL]]
#
# URL is where the server listens, http://host:port; its paths
# /voice-live/realtime and /v1/realtime are called. The server at EXPIRING_URL
# ends each session with session_expired and 1001 within seconds; without it,
# expiry is not tried. Without any URL the embedded service of this checkout
# plays both, and then all clients come again through its relay.
#
#   PYTHON            runs voicelab; python3 unless set
#   SPEECH            a WAV file to speak: 24 kHz, mono, 16 bit, ends in silence
#   CONFORMANCE_KEY   what the clients send as their key
#   CONFORMANCE_HOME  where the clients are installed, once; kept unless temporary
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${CONFORMANCE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/voicelab-conformance}
python=${PYTHON:-python3}
work=$(mktemp -d)
servers=()
export PIP_DISABLE_PIP_VERSION_CHECK=1 NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost

finish() {
    ((${#servers[@]} == 0)) || kill "${servers[@]}" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT

environment() { # environment NAME: what requirements-NAME.txt names, installed once
    local wanted=$here/requirements-$1.txt
    cmp --silent "$wanted" "$home/$1.installed" && return
    rm -rf "${home:?}/$1"
    python3 -m venv "$home/$1"
    "$home/$1/bin/python" -m pip install --quiet --requirement "$wanted"
    cp "$wanted" "$home/$1.installed"
}

node_environment() {
    cmp --silent "$here/node/package.json" "$home/node.installed" && return
    mkdir -p "$home/node"
    cp "$here/node/package.json" "$home/node/"
    npm install --prefix "$home/node" --no-package-lock --no-audit --no-fund --loglevel=error
    cp "$here/node/package.json" "$home/node.installed"
}

start() { # start NAME COMMAND OPTION...: a server of this checkout, and wait for its URL
    "$python" -m voicelab "${@:2}" > "$work/$1.url" 2> "$work/$1.err" &
    servers+=($!)
    for _ in {1..100}; do
        [[ -s $work/$1.url ]] && return
        sleep 0.1
    done
    echo "voicelab ${*:2} did not start"
    cat "$work/$1.err"
    return 1
}

clients() { # clients AZURE_URL OPENAI_URL [EXPIRING_AZURE_URL EXPIRING_OPENAI_URL]
    "$azure" azure_client.py "$1" "$speech" "$work/azure.jsonl" "${@:3:1}"
    "$openai" openai_client.py "$2" "$speech" "$work/openai.jsonl" "${@:4:1}"
    node "$home/node/converse.mjs" "$1" "$speech"
    "$azure" walk_azure.py "$work/azure.jsonl" || failed=1
    "$openai" walk_openai.py ga "$work/openai.jsonl" || failed=1
    "$openai" walk_openai.py beta "$work/azure.jsonl" || failed=1
}

relayed() { # relayed URL EXPIRING_URL: what the service sends must pass a relay untouched
    local behind urls=()
    for behind in "$1" "$1/v1/realtime?model=gpt-realtime" \
        "$2" "$2/v1/realtime?model=gpt-realtime"; do
        start "relay${#urls[@]}" relay --no-origin --port 0 --upstream "${behind/#http/ws}"
        urls+=("$(cat "$work/relay${#urls[@]}.url")")
    done
    echo "through the relay:"
    clients "${urls[@]}"
}

mkdir -p "$home"
environment azure
environment openai
node_environment
azure=$home/azure/bin/python openai=$home/openai/bin/python

embedded=false
if [[ $# == 0 ]]; then
    embedded=true
    start steady simulate --speed 3
    start expiring simulate --faults expire@1s
    set -- "$(cat "$work/steady.url")" "$(cat "$work/expiring.url")"
    set -- "${1/#ws/http}" "${2/#ws/http}"
fi
speech=${SPEECH:-$work/speech.wav}
[[ -n ${SPEECH:-} ]] || "$python" "$here/make_speech.py" "$speech"

cd "$here"
cp node/converse.mjs "$home/node/"
failed=0
clients "$1" "$1" "${@:2:1}" "${@:2:1}"
! $embedded || relayed "$1" "$2"
if "$python" -c "import voicelab" 2> /dev/null; then
    "$python" export_cases.py > "$work/cases.jsonl"
    "$azure" export_azure.py "$work/cases.jsonl" || failed=1
    "$openai" export_openai.py "$work/cases.jsonl" || failed=1
fi
exit $failed
