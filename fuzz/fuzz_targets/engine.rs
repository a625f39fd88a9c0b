#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vakhta::docker::promises::engine(bytes));
