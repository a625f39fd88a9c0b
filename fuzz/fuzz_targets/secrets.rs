#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vakhta::redact::promises::secrets(&String::from_utf8_lossy(
    bytes
)));
