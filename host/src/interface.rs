//! The same functions as calls to the node: natively compiled there, versioned, and fully validating, because a node
//! serves whatever runtime its chain agrees on. A later version of a function takes `#[version(2, register_only)]` until
//! every node has it.

use sp_runtime_interface::{
    pass_by::{PassFatPointerAndRead, PassFatPointerAndWrite},
    runtime_interface,
};

/// Zero, or the code of an [`Error`](crate::Error).
#[cfg(not(substrate_runtime))]
fn answer<T: AsRef<[u8]>>(result: Result<T, crate::Error>, out: &mut [u8]) -> u32 {
    match result {
        Ok(bytes) if bytes.as_ref().len() == out.len() => {
            out.copy_from_slice(bytes.as_ref());
            0
        }
        Ok(_) => crate::Error::Length.code(),
        Err(error) => error.code(),
    }
}

/// Curve arithmetic of the node. A function that answers a number answers zero, or the code of an
/// [`Error`](crate::Error).
#[runtime_interface]
pub trait Curves {
    /// See [`bn254::msm`](crate::native::bn254::msm): 64 bytes to `out`.
    fn bn254_msm(
        points: PassFatPointerAndRead<&[u8]>,
        scalars: PassFatPointerAndRead<&[u8]>,
        out: PassFatPointerAndWrite<&mut [u8]>,
    ) -> u32 {
        answer(crate::native::bn254::msm(points, scalars), out)
    }

    /// See [`bn254::pairing_check`](crate::native::bn254::pairing_check): one byte to `out`, 1 if the product is one.
    fn bn254_pairing_check(pairs: PassFatPointerAndRead<&[u8]>, out: PassFatPointerAndWrite<&mut [u8]>) -> u32 {
        answer(crate::native::bn254::pairing_check(pairs).map(|holds| [u8::from(holds)]), out)
    }

    /// See [`vesta::msm`](crate::native::vesta::msm): 64 bytes to `out`.
    fn vesta_msm(
        points: PassFatPointerAndRead<&[u8]>,
        scalars: PassFatPointerAndRead<&[u8]>,
        out: PassFatPointerAndWrite<&mut [u8]>,
    ) -> u32 {
        answer(crate::native::vesta::msm(points, scalars), out)
    }

    /// See [`vesta::generators_msm`](crate::native::vesta::generators_msm): 64 bytes to `out`.
    fn vesta_generators_msm(
        k: u32,
        g_scalars: PassFatPointerAndRead<&[u8]>,
        points: PassFatPointerAndRead<&[u8]>,
        scalars: PassFatPointerAndRead<&[u8]>,
        out: PassFatPointerAndWrite<&mut [u8]>,
    ) -> u32 {
        answer(crate::native::vesta::generators_msm(k, g_scalars, points, scalars), out)
    }

    /// See [`vesta::commit_rows`](crate::native::vesta::commit_rows): 64 bytes to `out`.
    fn vesta_commit_rows(k: u32, scalars: PassFatPointerAndRead<&[u8]>, out: PassFatPointerAndWrite<&mut [u8]>) -> u32 {
        answer(crate::native::vesta::commit_rows(k, scalars), out)
    }

    /// See [`vesta::decompress`](crate::native::vesta::decompress): 64 bytes a point to `out`.
    fn vesta_decompress(points: PassFatPointerAndRead<&[u8]>, out: PassFatPointerAndWrite<&mut [u8]>) -> u32 {
        answer(crate::native::vesta::decompress(points), out)
    }

    /// See [`p256::verify`](crate::native::p256::verify).
    fn p256_verify(
        public_key_sec1: PassFatPointerAndRead<&[u8]>,
        prehash: PassFatPointerAndRead<&[u8]>,
        signature_fixed: PassFatPointerAndRead<&[u8]>,
    ) -> bool {
        crate::native::p256::verify(public_key_sec1, prehash, signature_fixed)
    }

    /// See [`p384::verify`](crate::native::p384::verify).
    fn p384_verify(
        public_key_sec1: PassFatPointerAndRead<&[u8]>,
        prehash: PassFatPointerAndRead<&[u8]>,
        signature_fixed: PassFatPointerAndRead<&[u8]>,
    ) -> bool {
        crate::native::p384::verify(public_key_sec1, prehash, signature_fixed)
    }
}
