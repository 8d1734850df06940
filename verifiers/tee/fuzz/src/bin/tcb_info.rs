//! Fuzzes one kind of input: see [`assay_tee_fuzz::tcb_info`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| assay_tee_fuzz::tcb_info(data));
