# Vakhta in an empty image: one static binary, one writable directory, nobody's rights.
#
#   docker build -t vakhta .
#
# Plain Dockerfile syntax on purpose: no `# syntax=` line to fetch, no cache mounts. The legacy builder, BuildKit and a
# build without any network (the crates already in the base image, CARGO_NET_OFFLINE=true there) all read it.

ARG RUST_IMAGE=rust:1.95-bookworm

FROM ${RUST_IMAGE} AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]

# A version of cargo-auditable, for images that a scanner shall be able to read: it writes the list of crates into the
# binary, and without it a scan of an image with nothing but a binary finds nothing to look up. Empty: plain cargo.
ARG CARGO_AUDITABLE=
RUN if [ -n "$CARGO_AUDITABLE" ]; then cargo install --locked --quiet "cargo-auditable@$CARGO_AUDITABLE"; fi

WORKDIR /src

# With an explicit --target the flag reaches our binary only; proc macros and build scripts stay dynamic, as they must.
# Relocations are packed (-z): 0.6 MB of the file, all of which would be read, and so be resident, at each start.
ENV RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs" CARGO_INCREMENTAL=0

# The dependencies alone first: this layer is made anew only when a manifest or the lock file changes. Cargo refuses a
# manifest whose declared targets have no file, so each gets an empty stand-in.
COPY Cargo.toml Cargo.lock ./
COPY jobs/Cargo.toml jobs/
COPY render/Cargo.toml render/
RUN for package in . jobs render; do \
      mkdir -p "$package/src"; : > "$package/src/lib.rs"; \
      awk -F'"' '/^\[/ { table = $0 } \
        /^name *=/ && table == "[[bench]]" { print "benches/" $2 ".rs" } \
        /^name *=/ && table == "[[test]]" { print "tests/" $2 ".rs" } \
        /^name *=/ && table == "[[example]]" { print "examples/" $2 ".rs" }' "$package/Cargo.toml" \
      | while read -r file; do mkdir -p "$package/${file%/*}"; : > "$package/$file"; done; \
    done; \
    echo 'fn main() {}' > src/main.rs; \
    target=$(rustc -vV | sed -n 's/^host: //p'); \
    cargo ${CARGO_AUDITABLE:+auditable} build --release --locked --package vakhta --target "$target"; \
    rm -r src jobs/src render/src; rm -rf {.,jobs,render}/{benches,examples,tests}

# `touch`: cargo compares times, and a checkout may well be older than the stand-ins compiled a moment ago.
COPY . .
# The program is put together at 2, for at the profile's "z" no loop of what draws would be vectorised.
RUN find . -path ./target -prune -o -name '*.rs' -exec touch {} +; \
    target=$(rustc -vV | sed -n 's/^host: //p'); \
    cargo ${CARGO_AUDITABLE:+auditable} rustc --release --locked --package vakhta --bin vakhta --target "$target" \
      -- -C opt-level=2; \
    install -D -m 0755 "target/$target/release/vakhta" /out/vakhta; \
    install -d -m 0700 /out/own/data

FROM scratch

ARG VERSION=unreleased
ARG REVISION=unknown
ARG SOURCE=https://github.com/vakhta/vakhta
LABEL org.opencontainers.image.title="Vakhta" \
      org.opencontainers.image.description="Watches a Linux server and its Docker containers, and tells its owner in Telegram when something is really wrong" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.vendor="Vakhta contributors" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE}#readme" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

COPY --from=build /out/vakhta /vakhta
# A new volume takes owner and mode from the directory it is laid over: this is what lets 65532, and nobody else, use it.
# The directory above is copied, because COPY gives the one that it makes itself 0755.
COPY --from=build --chown=65532:65532 /out/own/ /

# MALLOC_*: glibc would keep an arena for each thread, and the top of the one there is after each picture; both would be
# most of the memory that is not code.
ENV DATA_DIR=/data \
    HOST_ROOT=/host \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=65536

VOLUME /data
USER 65532:65532

# Exec form: there is no shell in here. `health` reads a heartbeat and neither opens the store nor asks the network.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["/vakhta", "health"]

ENTRYPOINT ["/vakhta"]
CMD ["run"]
