#!/usr/bin/env bash
# The delivery, for real: builds the image by the Dockerfile as it stands, starts compose.yaml as it stands, and asks the
# running container questions. Twice, where both generations of Compose are to be had.
#
#   tests/container.sh            needs a running engine and rustc; root only where base images have to be made
#   tests/container.sh IMAGE      that image, in place of one that is built
#
# A machine that reaches no image registry uses ../shared/docker, if it is there, for the base image, and
# tests/proxy/proxy.rs in the place of the socket proxy. Everything it makes carries a name of its own and is removed at
# the end, except for the base image and the build cache.
# shellcheck disable=SC2016 # what `check ... eval` gets in single quotes is meant to be expanded there, not before
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
shared=$root/../shared/docker
work=$(mktemp -d "${TMPDIR:-/tmp}/vakhta-container.XXXXXX")
run=vakhta-ci-$$
export VAKHTA_IMAGE=$run:test
tools=$run-tools:test
host_name=$(cat /etc/hostname 2>/dev/null || hostname)
owner=4242 stranger=777
token=7000000001:AAF-this-token-must-never-be-seen-anywhere
passed=0 failed=0 stand_in=

say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }

clean_up() {
  local left
  left=$(docker ps -aq --filter "label=vakhta.test=$run"; docker ps -aq --filter "name=^/?$run")
  # shellcheck disable=SC2086 # one word for each container
  [ -z "$left" ] || docker rm -fv $left >/dev/null 2>&1 || true
  docker network ls -q --filter "name=^$run" | xargs -r docker network rm >/dev/null 2>&1 || true
  docker volume ls -q --filter "name=^$run" | xargs -r docker volume rm >/dev/null 2>&1 || true
  docker rmi -f "$VAKHTA_IMAGE" "$tools" >/dev/null 2>&1 || true
  [ -z "$stand_in" ] || docker rmi -f "$stand_in" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

# check SENTENCE COMMAND...   the sentence is true if the command succeeds; what it said is shown if not
check() {
  local sentence=$1 said; shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1)); printf '  ok      %s\n' "$sentence"
  else
    failed=$((failed + 1)); printf '  FAILED  %s\n' "$sentence"; printf '%s\n' "$said" | tail -n 30 | sed 's/^/          | /'
  fi
}
is() { [ "$1" = "$2" ] || { printf 'expected %q, found %q\n' "$2" "$1"; return 1; }; }
has() { case $1 in *"$2"*) ;; *) printf 'no %q in:\n%s\n' "$2" "$1"; return 1 ;; esac; }
lacks() { case $1 in *"$2"*) printf '%q in:\n%s\n' "$2" "$1"; return 1 ;; esac; }
# within SECONDS COMMAND...   until it succeeds
within() {
  local until=$((SECONDS + $1)) said; shift
  until said=$("$@" 2>&1); do
    [ "$SECONDS" -lt "$until" ] || { printf '%s\n' "$said"; return 1; }
    sleep 0.5
  done
}

# The kernel shows a process of another user to root only; a runner in CI is not root, but may become it.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

docker info >/dev/null 2>&1 || { echo "container.sh: no container engine answers" >&2; exit 69; }

# ---- the image ------------------------------------------------------------------------------------------------------

build_image() {
  build=(docker build)
  if [ -f "$shared/make-base-images.sh" ]; then
    bash "$shared/make-base-images.sh" --crates "$root" rust
    build+=(--network none)
  fi
  # The newest client without its buildx plugin cannot use BuildKit; Debian's, where it is installed beside it, can.
  if ! docker buildx version >/dev/null 2>&1 && /usr/bin/docker version >/dev/null 2>&1; then
    build[0]=/usr/bin/docker
  fi
  export DOCKER_BUILDKIT=1
  say "${build[*]}"
  "${build[@]}" -t "$VAKHTA_IMAGE" "$root" >"$work/build.log" 2>&1 || {
    if grep -qiE 'buildx|buildkit' "$work/build.log"; then
      say "no BuildKit here: the legacy builder"
      DOCKER_BUILDKIT=0 "${build[@]}" -t "$VAKHTA_IMAGE" "$root" >"$work/build.log" 2>&1
    else
      false
    fi
  } || { tail -n 40 "$work/build.log"; echo "container.sh: the image does not build" >&2; exit 1; }
}

if [ $# -gt 0 ]; then docker tag "$1" "$VAKHTA_IMAGE"; else build_image; fi
say "the image has $(($(docker image inspect -f '{{.Size}}' "$VAKHTA_IMAGE") / 1024)) KiB"

echo "the image"
inspect_image() { docker image inspect -f "$1" "$VAKHTA_IMAGE"; }
check "it runs as nobody in particular" is "$(inspect_image '{{.Config.User}}')" 65532:65532
check "it asks the binary how it is, without a shell" \
  is "$(inspect_image '{{json .Config.Healthcheck.Test}}')" '["CMD","/vakhta","health"]'
# What an export lists besides is made by the engine for the container: its mount points and its own files in /etc and /dev.
files() {
  local container; container=$(docker create "$VAKHTA_IMAGE")
  docker export "$container" | tar -t | grep -Ev '/$|^(dev/|etc/(hostname|hosts|resolv\.conf|mtab)|\.dockerenv)'
  docker rm "$container" >/dev/null
}
check "the image holds one binary" is "$(files)" vakhta
check "it offers no port" is "$(inspect_image '{{len .Config.ExposedPorts}}')" 0
check "it says what it is and under which terms" is "$(inspect_image '{{index .Config.Labels "org.opencontainers.image.title"}}, {{index .Config.Labels "org.opencontainers.image.licenses"}}')" "Vakhta, MIT"
docker create --name "$run-bare" "$VAKHTA_IMAGE" >/dev/null
check "there is nothing in it but the binary and its directory" \
  is "$(docker export "$run-bare" | tar -t | grep -vE '^(dev|etc|proc|sys|\.dockerenv)(/|$)' | sort | tr '\n' ' ')" "data/ vakhta "
docker rm -v "$run-bare" >/dev/null
# `--help` needs neither a setting nor a network, so this shows that the binary starts where there is no C library.
check "the binary starts in an empty image" docker run --rm --network none --read-only "$VAKHTA_IMAGE" --help

# ---- its neighbours -------------------------------------------------------------------------------------------------

compile() { # compile SOURCE PROGRAM
  rustc --edition 2024 -C opt-level=s -C strip=symbols -C target-feature=+crt-static \
    --target "$(rustc -vV | sed -n 's/^host: //p')" -o "$work/tools/$2" "$root/tests/$1"
}
mkdir "$work/tools"
compile helper/subject.rs subject
compile botapi/botapi.rs botapi
compile proxy/probe.rs probe
tar -C "$work/tools" -c . | docker import - "$tools" >/dev/null

proxy_image=$(sed -n 's/^ *image: *\(wollomatic\/.*\)/\1/p' "$root/compose.yaml")
if docker image inspect "$proxy_image" >/dev/null 2>&1; then
  say "$proxy_image is here"
elif timeout 120 docker pull -q "$proxy_image" >/dev/null 2>&1; then
  say "$proxy_image was pulled"
else
  say "$proxy_image cannot be had: tests/proxy/proxy.rs takes its place"
  stand_in=$proxy_image
  mkdir "$work/proxy"
  compile proxy/proxy.rs socket-proxy
  mv "$work/tools/socket-proxy" "$work/proxy/"; ln "$work/proxy/socket-proxy" "$work/proxy/healthcheck"
  tar -C "$work/proxy" -c . | docker import -c 'ENTRYPOINT ["/socket-proxy"]' -c 'USER 65534:65534' - "$proxy_image" >/dev/null
fi

# ---- Compose, both generations --------------------------------------------------------------------------------------

generations=()
modern=(docker compose)
if docker compose version >/dev/null 2>&1; then
  generations+=(modern)
elif [ -f "$shared/get-modern-docker.sh" ]; then
  bash "$shared/get-modern-docker.sh" "$work/docker-v2" >/dev/null
  modern=(env "DOCKER_CONFIG=$work/docker-v2/config" "$work/docker-v2/usr/bin/docker" compose)
  generations+=(modern)
fi
if docker-compose version --short 2>/dev/null | grep -q '^1\.'; then generations+=(old); fi
[ ${#generations[@]} -gt 0 ] || { echo "container.sh: neither docker compose nor docker-compose is here" >&2; exit 69; }

compose() { # compose GENERATION ARGUMENTS...   in the generation's own directory and project
  local generation=$1; shift
  local command=(docker-compose)
  [ "$generation" = old ] || command=("${modern[@]}")
  (cd "$work/$generation" && "${command[@]}" -p "$run-$generation" "$@")
}

compose_version() {
  if [ "$1" = old ]; then docker-compose version --short; else "${modern[@]}" version --short; fi | sed 's/^/Compose /'
}

# Not named for the project, which is looked for by its name once it is down.
first_network() { printf '%s-first-%s' "$run" "$1"; }

# What a person does by README.md, with answers in place of questions, and our Bot API in place of Telegram's.
prepare() { # prepare GENERATION
  local directory=$work/$1 told
  mkdir "$directory"
  cp "$root"/compose*.yaml "$directory/"
  printf '%s\n' "$token" >"$work/token-$1"
  docker network create "$(first_network "$1")" >/dev/null
  docker run -d --name "$run-botapi-$1" --label "vakhta.test=$run" --network "$(first_network "$1")" \
    --network-alias botapi "$tools" /botapi >/dev/null
  init() {
    docker run --rm --label "vakhta.test=$run" --network "$(first_network "$1")" -u "$(id -u):$(id -g)" \
      -e TELEGRAM_API_URL=http://botapi:8081 -v "$directory:/setup" -v "$work/token-$1:/token:ro" \
      "$VAKHTA_IMAGE" init --dir /setup --token-file /token --owner "$owner" --yes 2>&1
  }
  written() { (cd "$directory" && stat -c '%n %a %u' .env secrets secrets/bot_token && cat secrets/bot_token && echo && md5sum .env); }
  told=$(init "$1") || told="init failed: $told"
  check "init in the image finds the bot, and says what comes next" eval 'has "$told" "@vakhta_test_bot" && has "$told" "docker compose up -d"'
  check "init writes a token for the container's user and settings for ours" is "$(written | head -n 4)" \
    "$(printf '%s\n' ".env 600 $(id -u)" "secrets 700 $(id -u)" "secrets/bot_token 444 $(id -u)" "$token")"
  check "init tells Compose the owner and the address" eval \
    'grep -qx "TELEGRAM_USER_ID=$owner" "$directory/.env" && grep -qx "TELEGRAM_API_URL=http://botapi:8081" "$directory/.env"'
  check "init says the token to nobody, and keeps it out of the settings" lacks "$told$(cat "$directory/.env")" "${token#*:}"
  check "init leaves what is right as it is" eval 'before=$(written); again=$(init '"$1"') && is "$(written)" "$before"'
  sed -i -e "s|^#DOCKER_GID=.*|DOCKER_GID=$(stat -c %g /var/run/docker.sock)|" "$directory/.env"
}

journey() {
  local generation=$1 project=$run-$1 vakhta proxy pid
  local neighbour=lamp-$generation # short enough to be listed whole
  compose_version "$generation"
  prepare "$generation"
  check "compose.yaml is accepted" compose "$generation" config --quiet
  check "compose.socket.yaml is accepted on top of it" \
    compose "$generation" -f compose.yaml -f compose.socket.yaml config --quiet

  docker run -d --name "$run-$neighbour" --label "vakhta.test=$run" "$tools" /subject say "the lamp is lit" >/dev/null
  compose "$generation" up --no-start >>"$work/compose.log" 2>&1
  docker network connect --alias botapi "${project}_default" "$run-botapi-$generation"
  compose "$generation" up -d >>"$work/compose.log" 2>&1 || { cat "$work/compose.log"; failed=$((failed + 1)); return; }
  vakhta=$(compose "$generation" ps -q vakhta) proxy=$(compose "$generation" ps -q docker-proxy)
  inspect() { docker inspect -f "$1" "$vakhta"; }
  state() { is "$(docker inspect -f '{{.State.Health.Status}}' "$1")" healthy; }
  # `--network container:` puts the probe into Vakhta's own place, with its address and its name service.
  probe() { docker run --rm --label "vakhta.test=$run" --network "container:$vakhta" "$tools" /probe docker-proxy:2375 "$@"; }
  answers() { is "$(probe "$2" "$3")" "$1"; }
  ask() { docker exec "$run-botapi-$generation" /botapi ask "$1" "$2" >/dev/null; }
  heard() { docker exec "$run-botapi-$generation" /botapi heard; }
  has_heard() { has "$(heard)" "$1"; }
  console() { printf '%s\n' "$@" | docker exec -i "$vakhta" /vakhta console; }

  check "Vakhta becomes healthy" within 120 state "$vakhta"
  check "the proxy becomes healthy" within 60 state "$proxy"
  check "Vakhta was not started twice to get there" is "$(inspect '{{.RestartCount}}')" 0

  local said doctor code
  said=$(console /status /ps /disk 2>&1) || said="console failed: $said"
  check "the console names the host, not the container" has "$said" "$host_name"
  check "the console lists the container beside it, through the proxy" has "$said" "$run-$neighbour"
  local drawn
  drawn=$(docker exec "$vakhta" /vakhta console -c /graph -c "/graph cpu 1h" 2>&1) && code=0 || code=$?
  check "console -c draws, and says what a pipe cannot show" eval 'is "$code" 0 && has "$drawn" "[picture: Memory" && has "$drawn" "[picture: CPU"'
  digest() { docker exec "$vakhta" /vakhta job morning --out /data/digest.png; }
  check "a digest can be looked at before it is due" within 60 digest
  check "... and its picture is one" is "$(docker cp "$vakhta:/data/digest.png" - | tar -xO | head -c 8 | od -An -tx1 | tr -d ' ')" 89504e470d0a1a0a
  check "its memory is copied through a pipe, out of a read-only root" eval \
    'docker exec "$vakhta" /vakhta backup - >"$work/backup-$generation" && is "$(head -c 15 "$work/backup-$generation")" "SQLite format 3"'
  said=$(docker exec -i "$vakhta" /vakhta restore - --yes <"$work/backup-$generation" 2>&1) || said="restore failed: $said"
  check "... and comes back the same way, into the watch that runs" has "$said" "the watch goes on with it"
  doctor=$(docker exec "$vakhta" /vakhta doctor --json 2>&1) && code=0 || code=$?
  check "doctor finds nothing broken" is "$code" 0
  check "doctor says so in JSON" has "$doctor" '"ok": true'
  check "doctor finds every call allowed that Vakhta makes" eval 'has "$doctor" "list containers" && has "$doctor" "healer: everything" && lacks "$doctor" "forbidden"'
  check "doctor finds no figure that is the container's only" eval 'has "$doctor" "/host/etc/hostname" && lacks "$doctor" "ONLY this container"'
  local figure
  for figure in stat meminfo loadavg uptime diskstats 1/mountinfo 1/net/dev; do
    check "doctor takes the host's /proc/$figure" has "$doctor" "the host's from /host/proc/$figure"
  done

  ask "$owner" /ps
  check "in the chat, the owner is told about the container beside it" within 20 has_heard "$run-$neighbour"
  local before; before=$(heard | wc -l)
  ask "$stranger" /ps; ask "$owner" /version
  check "in the chat, the owner is answered after a stranger has asked" within 20 has_heard "$(heard | tail -n +$((before + 1)) | head -n 1)"
  check "in the chat, a stranger gets nothing" lacks "$(heard)" "\"chat_id\":$stranger"

  check "the proxy lets a version, a list and a log through" eval \
    'answers 200 GET /version && answers 200 GET /v1.41/containers/json && answers 200 GET "/containers/$run-$neighbour/logs?stdout=1&tail=1"'
  check "the proxy lets a container be restarted" answers 204 POST "/containers/$run-$neighbour/restart?t=0"
  check "the proxy lets build leftovers be counted and pruned" eval \
    'answers 200 GET /system/df && answers 200 POST "/images/prune?filters=%7B%22label%22%3A%5B%22vakhta.test.none%22%5D%7D"'
  local refused
  for refused in "POST /containers/create" "POST /containers/$run-$neighbour/exec" "POST /exec/1/start" "POST /volumes/prune" \
    "POST /containers/$run-$neighbour/update" "POST /containers/$run-$neighbour/rename" "POST /containers/$run-$neighbour/attach" \
    "GET /containers/$run-$neighbour/archive?path=/" "GET /containers/$run-$neighbour/export" "GET /secrets" "GET /images/x/get" \
    "POST /build" "POST /images/create" "POST /networks/prune" "POST /swarm/init" "POST /v1.41/volumes/prune" \
    "POST /containers/prune" "GET /volumes" "GET /images/json" "DELETE /volumes/x" "DELETE /images/x//y" "DELETE /networks/x" "DELETE /containers/x/y" "GET /containers/x%2F..%2F..%2Fsecrets"; do
    check "the proxy refuses $refused" answers 403 "${refused% *}" "${refused#* }"
  done
  check "the proxy refuses whole methods that are not needed" answers 405 PUT "/containers/$run-$neighbour/archive"
  check "the proxy refuses another container on its network" is "$(docker run --rm --label "vakhta.test=$run" \
    --network "${project}_engine" "$tools" /probe docker-proxy:2375 GET /version)" 403

  pid=$(inspect '{{.State.Pid}}')
  check "its root is read-only" is "$(inspect '{{.HostConfig.ReadonlyRootfs}}')" true
  check "it has no capability and cannot gain any" eval \
    'is "$(sed -n "s/^CapBnd:\s*//p" /proc/$pid/status)" 0000000000000000 && is "$(sed -n "s/^NoNewPrivs:\s*//p" /proc/$pid/status)" 1'
  check "it runs as 65532" is "$(sed -n 's/^Uid:\s*\([0-9]*\).*/\1/p' "/proc/$pid/status")" 65532
  check "it has a ceiling for memory and for processes" is "$(inspect '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}')" "134217728 64"
  check "no port is published" is "$(inspect '{{len .HostConfig.PortBindings}}')" 0
  # 0A is LISTEN; 0B00007F is 127.0.0.11, the engine's own name service inside every such container.
  check "nothing in it listens" is "$(as_root cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" | awk '$4 == "0A" && $2 !~ /^0B00007F:/')" ""
  check "the host's sockets are out of its sight" is "$(as_root find "/proc/$pid/root/host/run/" -mindepth 1)" ""
  check "the token is in no log" lacks "$(docker logs "$vakhta" 2>&1)" "${token#*:}"
  check "the token is nowhere in the container's description" lacks "$(docker inspect "$vakhta")" "${token#*:}"
  check "the token is on no command line and in no environment" lacks \
    "$(as_root cat "/proc/$pid/cmdline" "/proc/$pid/environ" | tr '\0' '\n')" "${token#*:}"
  printf '  --      resident %s\n' "$(sed -n 's/^VmRSS:\s*//p' "/proc/$pid/status")"
  # Only where the linker could put functions in order (build.rs); without that it is 11 MiB.
  if [ "$(uname -m)" = x86_64 ]; then
    check "of its file less than 9 MiB is resident; else bench/order.sh is to be run again" \
      [ "$(sed -n 's/^RssFile:\s*\([0-9]*\).*/\1/p' "/proc/$pid/status")" -lt 9216 ]
  fi

  local from=$SECONDS took
  compose "$generation" stop vakhta >>"$work/compose.log" 2>&1
  took=$((SECONDS - from))
  check "asked to stop, it ends by itself" is "$(inspect '{{.State.ExitCode}}')" 0
  check "... and within its grace of 20 s ($took s)" [ "$took" -lt 20 ]
  check "started again, it is healthy with the data it had" eval \
    'compose "$generation" start vakhta && within 20 docker exec "$vakhta" /vakhta health'

  local with_socket=(-f compose.yaml -f compose.socket.yaml)
  check "with compose.socket.yaml it starts" compose "$generation" "${with_socket[@]}" up -d
  vakhta=$(compose "$generation" "${with_socket[@]}" ps -q vakhta)
  check "... and lists the container beside it from the socket itself" eval 'has "$(console /ps 2>&1)" "$run-$neighbour"'
  check "... and no proxy runs" is "$(docker ps -q --filter "name=$project.docker-proxy")" ""

  if [ "$failed" -gt 0 ]; then docker logs --tail 40 "$vakhta" 2>&1 | sed 's/^/          vakhta | /'; fi
  docker rm -fv "$run-botapi-$generation" "$run-$neighbour" >/dev/null
  docker network rm "$(first_network "$generation")" >/dev/null
  check "taken down, it leaves nothing behind" eval \
    'compose "$generation" "${with_socket[@]}" down -v && is "$(docker ps -aq --filter "name=$project"; docker volume ls -q --filter "name=$project"; docker network ls -q --filter "name=$project")" ""'
}

for generation in "${generations[@]}"; do journey "$generation"; done

say "done"
printf 'container: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
