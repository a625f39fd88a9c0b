#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vakhta::telegram::promises::html(bytes));
