#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vakhta::config::promises::environment(&String::from_utf8_lossy(
    bytes
)));
