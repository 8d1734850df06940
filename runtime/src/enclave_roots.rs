//! Roots of trusted execution that networks begin with: whose, the certificate, AMD's ASK under it, and whether everybody
//! may have its key. `runtime/roots` says where the vendors' certificates are from.

use alloc::{vec, vec::Vec};
use pallet_enclaves::types::{Authority, Product};
use sp_core::Bytes;

/// As the genesis of `pallet_enclaves` takes them.
pub type Roots = Vec<(Authority, Bytes, Option<Bytes>, bool)>;

/// The vendors' own.
pub fn of_vendors() -> Roots {
    vec![
        (Authority::Intel, Bytes(include_bytes!("../roots/intel.der").to_vec()), None, false),
        (Authority::Nitro, Bytes(include_bytes!("../roots/aws.der").to_vec()), None, false),
        amd(Product::Milan, include_bytes!("../roots/milan.ark.der"), include_bytes!("../roots/milan.ask.der")),
        amd(Product::Genoa, include_bytes!("../roots/genoa.ark.der"), include_bytes!("../roots/genoa.ask.der")),
        amd(Product::Turin, include_bytes!("../roots/turin.ark.der"), include_bytes!("../roots/turin.ask.der")),
    ]
}

fn amd(product: Product, root: &[u8], below: &[u8]) -> (Authority, Bytes, Option<Bytes>, bool) {
    (Authority::Amd(product), Bytes(root.to_vec()), Some(Bytes(below.to_vec())), false)
}

/// The project's own, whose keys are in this repository: what is attested under them proves nothing.
pub fn simulated() -> Roots {
    let simulated = |certificate: &[u8]| Bytes(certificate.to_vec());
    vec![
        (Authority::Intel, simulated(include_bytes!("../../pallets/enclaves/simulated/intel.der")), None, true),
        (Authority::Nitro, simulated(include_bytes!("../../pallets/enclaves/simulated/nitro.der")), None, true),
        (
            Authority::Amd(Product::Genoa),
            simulated(include_bytes!("../../pallets/enclaves/simulated/ark.der")),
            Some(simulated(include_bytes!("../../pallets/enclaves/simulated/ask.der"))),
            true,
        ),
    ]
}
