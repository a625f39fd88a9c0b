#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vakhta::detect::promises::records(bytes));
