#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| render::promises::labels(bytes));
