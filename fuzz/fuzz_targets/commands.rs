#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vakhta::command::promises::commands(&String::from_utf8_lossy(
    bytes
)));
