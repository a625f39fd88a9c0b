//! Vakhta, the watch: see `vakhta --help`.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    vakhta::cli::main()
}
