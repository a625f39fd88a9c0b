//! Vakhta, the watch: see `vakhta --help`.
#![forbid(unsafe_code)]

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// What is given back is overwritten first. The token is in the address of every request, and so in buffers of the HTTP
/// client that nobody but an allocator can wipe; the same goes for logs with secrets that were struck out, and codes.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> std::process::ExitCode {
    vakhta::cli::main()
}
