#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vakhta::cron::promises::cron(bytes));
