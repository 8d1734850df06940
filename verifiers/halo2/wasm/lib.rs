//! The verifiers as a wasm module that calls nothing outside of it, to measure what the node's arithmetic saves.
#![cfg_attr(target_family = "wasm", no_std)]
#![cfg(target_family = "wasm")]
// A module's exports and its memory are unsafe by nature.
#![allow(unsafe_code)]

extern crate alloc;

use alloc::{boxed::Box, vec, vec::Vec};
use assay_halo2::{verify_batch, Circuit, Dialect, Job, Srs};
use codec::Decode;

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

/// Memory for so many bytes of input, which is never given back.
#[no_mangle]
extern "C" fn reserve(len: usize) -> *mut u8 {
    Box::leak(vec![0; len].into_boxed_slice()).as_mut_ptr()
}

/// Whether the proof holds, of an input of (description, reference string, instances, proof) in SCALE.
///
/// # Safety
/// `input` is what [`reserve`] returned for `len`.
#[no_mangle]
unsafe extern "C" fn verify(input: *const u8, len: usize) -> u32 {
    let mut input = unsafe { core::slice::from_raw_parts(input, len) };
    let decoded = <(Vec<u8>, Srs, Vec<[u8; 32]>, Vec<u8>)>::decode(&mut input);
    let Ok((description, srs, instances, proof)) = decoded else { return 0 };
    let Ok(circuit) = Circuit::decode(Dialect::Kzg, &description) else { return 0 };
    let job = Job { circuit: &circuit, instances: &instances, proof: &proof };
    verify_batch(Some(&srs), &[job]).iter().all(Result::is_ok).into()
}
