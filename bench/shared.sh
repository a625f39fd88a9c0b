# shellcheck shell=bash
# What the scripts here have in common; it is sourced, from the repository's folder.

# The static release binary as the image has it: the Dockerfile is read for how it builds. Sets `binary`. More
# flags for rustc's last run are in `also`.
build_as_the_image_does() {
  local triple flags last
  triple=$(rustc -vV | sed -n 's/^host: //p')
  flags=$(sed -n 's/^ENV RUSTFLAGS="\([^"]*\)".*/\1/p' Dockerfile)
  last=$(sed -n 's/^ *-- \(-C [^;]*\);.*/\1/p' Dockerfile)
  if [ -z "$flags" ] || [ -z "$last" ]; then
    echo "bench: the Dockerfile says nowhere how it builds" >&2
    return 65
  fi
  # shellcheck disable=SC2086 # several words
  RUSTFLAGS=$flags cargo rustc --release --locked --target "$triple" --bin vakhta -- $last ${also:-} >&2
  # shellcheck disable=SC2034 # for whoever sources this
  binary=${CARGO_TARGET_DIR:-target}/$triple/release/vakhta
}

# A Python that has what the seed's requirements.txt names: PYTHON, else one in target/seed-venv, made when it is not there.
# Sets `python`, empty where none can be had.
find_the_seeds_python() {
  local own=${CARGO_TARGET_DIR:-target}/seed-venv
  if [ -n "${PYTHON:-}" ]; then
    python=$(command -v "$PYTHON" || true)
    return
  fi
  # A half-made one would be taken for a whole one next time.
  if [ ! -x "$own/bin/python" ] && ! { python3 -m venv "$own" && "$own/bin/pip" install -q -r "$1/requirements.txt"; } >&2; then
    rm -rf "$own"
    python=
    return
  fi
  # shellcheck disable=SC2034 # for whoever sources this
  python=$own/bin/python
}
