//! Vakhta, the watch: see `vakhta --help`.

fn main() -> std::process::ExitCode {
    vakhta::cli::main()
}
