//! What is left of a proof when all but curve arithmetic is done: a sum of points that must be the identity.

use super::{error::Error, transcript::to_le};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use ark_ff::{One, Zero};
use ark_vesta::Fr;
use assay_host::vesta::{self, Point};

/// A sum of points times scalars. The generators' scalars are kept as what they follow from.
pub(super) struct Claim {
    /// There are 2^k generators.
    pub(super) k: u8,
    /// The scalar of generator i is `folded` times the product of those rounds' challenges whose bit is set in i, the last
    /// round's bit being the lowest.
    pub(super) rounds: Vec<Fr>,
    /// See `rounds`.
    pub(super) folded: Fr,
    /// Added to the first generator's scalar.
    pub(super) constant: Fr,
    /// The scalar of W.
    pub(super) w: Fr,
    /// The scalar of U.
    pub(super) u: Fr,
    /// Everything else.
    pub(super) terms: Vec<(Point, Fr)>,
}

/// Whether the claims, each times its weight, add up to the identity. One multiplication for all of them: claims of the
/// same circuit share its commitments, and all share the generators, for those of fewer rows are the first of those of more.
pub(super) fn hold(claims: &[(&Claim, Fr)]) -> Result<bool, Error> {
    let k = claims.iter().map(|(claim, _)| claim.k).max().unwrap_or_default();
    let mut generators = vec![Fr::zero(); 1 << k];
    let (mut w, mut u) = (Fr::zero(), Fr::zero());
    let mut terms = BTreeMap::<&Point, Fr>::new();
    for (claim, weight) in claims {
        claim.add_generators(*weight, &mut generators);
        w += claim.w * weight;
        u += claim.u * weight;
        for (point, scalar) in &claim.terms {
            *terms.entry(point).or_default() += *scalar * weight;
        }
    }
    generators.extend([w, u]);
    let generators: Vec<[u8; 32]> = generators.iter().map(to_le).collect();
    let (points, scalars): (Vec<Point>, Vec<[u8; 32]>) =
        terms.iter().map(|(point, scalar)| (**point, to_le(scalar))).unzip();
    let sum =
        vesta::generators_msm(k.into(), generators.as_flattened(), points.as_flattened(), scalars.as_flattened())?;
    Ok(sum == [0; 64])
}

impl Claim {
    fn add_generators(&self, weight: Fr, generators: &mut [Fr]) {
        let mut scalars = vec![self.folded * weight];
        for challenge in self.rounds.iter().rev() {
            let upper: Vec<Fr> = scalars.iter().map(|scalar| *scalar * challenge).collect();
            scalars.extend(upper);
        }
        for (generator, scalar) in generators.iter_mut().zip(scalars) {
            *generator += scalar;
        }
        if let Some(first) = generators.first_mut() {
            *first += self.constant * weight;
        }
    }

    /// Whether this one holds.
    pub(super) fn holds(&self) -> Result<bool, Error> {
        hold(&[(self, Fr::one())])
    }
}
